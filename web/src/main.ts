import "./styles/all.css";
import "htmx.org";
import { tellAges } from "./ages";
import { acceptDrops } from "./drop";
import { keepLists } from "./lists";
import { followBoard } from "./live";
import { listenToKeys } from "./keys";
import { pickRecords } from "./picking";
import { usePasskeys } from "./passkeys";
import { showSecrets } from "./secrets";

tellAges();
listenToKeys();
showSecrets();
usePasskeys();
acceptDrops();
followBoard();
keepLists();
pickRecords();
