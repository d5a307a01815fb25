import "./styles/all.css";
import "htmx.org";
import { tellAges } from "./ages";
import { copyTexts } from "./copy";
import { acceptDrops } from "./drop";
import { followBoard } from "./live";
import { listenToKeys } from "./keys";
import { showSecrets } from "./secrets";

tellAges();
listenToKeys();
showSecrets();
acceptDrops();
copyTexts();
followBoard();
