// English and French, as a reader of the page or of the command gets them.
import { Speaker } from "../../src/language/speaker.ts";
import { en } from "../../src/words/en/catalog.ts";
import { fr } from "../../src/words/fr/catalog.ts";

export const english = new Speaker("en", en);
export const french = new Speaker("fr", fr);
