import "./styles/all.css";
import "htmx.org";
import { tellAges } from "./ages";
import { acceptDrops } from "./drop";
import { followBoard } from "./live";
import { listenToKeys } from "./keys";

tellAges();
listenToKeys();
acceptDrops();
followBoard();
