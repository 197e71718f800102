// The French words of page, workers and headless command, area by area.
import type { Catalog } from "../catalog.ts";
import * as adapter from "./adapter.ts";
import * as base from "./base.ts";
import * as budget from "./budget.ts";
import * as cli from "./cli.ts";
import * as compare from "./compare.ts";
import * as config from "./config.ts";
import * as data from "./data.ts";
import * as engine from "./engine.ts";
import * as generate from "./generate.ts";
import * as gguf from "./gguf.ts";
import * as interchange from "./interchange.ts";
import * as jinja from "./jinja.ts";
import * as json from "./json.ts";
import * as knobs from "./knobs.ts";
import * as learned from "./learned.ts";
import * as model from "./model.ts";
import * as options from "./options.ts";
import * as records from "./records.ts";
import * as run from "./run.ts";
import * as session from "./session.ts";
import * as sources from "./sources.ts";
import * as state from "./state.ts";
import * as storage from "./storage.ts";
import * as tokens from "./tokens.ts";
import * as train from "./train.ts";
import * as transfer from "./transfer.ts";
import * as uiChat from "./ui-chat.ts";
import * as uiData from "./ui-data.ts";
import * as uiMethods from "./ui-methods.ts";
import * as uiModel from "./ui-model.ts";
import * as uiPage from "./ui-page.ts";
import * as uiTrain from "./ui-train.ts";
import * as validation from "./validation.ts";

export const fr: Catalog = {
  messages: {
    ...adapter.messages,
    ...base.messages,
    ...budget.messages,
    ...cli.messages,
    ...compare.messages,
    ...config.messages,
    ...data.messages,
    ...engine.messages,
    ...generate.messages,
    ...gguf.messages,
    ...interchange.messages,
    ...jinja.messages,
    ...json.messages,
    ...knobs.messages,
    ...learned.messages,
    ...model.messages,
    ...options.messages,
    ...records.messages,
    ...run.messages,
    ...session.messages,
    ...sources.messages,
    ...state.messages,
    ...storage.messages,
    ...tokens.messages,
    ...train.messages,
    ...transfer.messages,
    ...uiChat.messages,
    ...uiData.messages,
    ...uiMethods.messages,
    ...uiModel.messages,
    ...uiPage.messages,
    ...uiTrain.messages,
    ...validation.messages,
  },
  errors: {
    ...adapter.errors,
    ...base.errors,
    ...budget.errors,
    ...cli.errors,
    ...compare.errors,
    ...config.errors,
    ...data.errors,
    ...engine.errors,
    ...generate.errors,
    ...gguf.errors,
    ...interchange.errors,
    ...jinja.errors,
    ...json.errors,
    ...knobs.errors,
    ...learned.errors,
    ...model.errors,
    ...options.errors,
    ...records.errors,
    ...run.errors,
    ...session.errors,
    ...sources.errors,
    ...state.errors,
    ...storage.errors,
    ...tokens.errors,
    ...train.errors,
    ...transfer.errors,
    ...uiChat.errors,
    ...uiData.errors,
    ...uiMethods.errors,
    ...uiModel.errors,
    ...uiPage.errors,
    ...uiTrain.errors,
    ...validation.errors,
  },
};
