// The types of the protocol as the page shows them. The ui folder knows the workers only through this file.
import type { DatasetReport } from "../protocol/data-api.ts";
import type { BudgetLimits } from "../protocol/budget-api.ts";
import type { CompareRequest } from "../protocol/compare-api.ts";
import type { EngineApi } from "../protocol/engine-api.ts";
import type { GenerateRequest } from "../protocol/chat-api.ts";

export type { BudgetChange, BudgetPart, BudgetProposal, BudgetReport, MemoryProbe } from "../protocol/budget-api.ts";
export type { TransferProgress, TransferReport } from "../protocol/transfer-api.ts";
export type { CompareNews, ComparedForm, MeasuredForm } from "../protocol/compare-api.ts";
export type { ErrorRecord } from "../base/errors.ts";
export type {
  DataCheck,
  DataNote,
  DatasetReport,
  ExamplePreview,
  PreparedData,
  PreviewMessage,
  PreviewToken,
  ValidationCheck,
} from "../protocol/data-api.ts";
export type { CachedModel, CachedModels, LoadProgress, LoadRequest, ModelInfo } from "../protocol/models-api.ts";
export type { EngineReport } from "../protocol/diagnostics-api.ts";
export type { ExecutionProvider } from "../protocol/execution-providers.ts";
export type { HubListing } from "../protocol/models-api.ts";
export type { ModelSource } from "../config/model-source.ts";
export type { NamedBytes } from "../protocol/exchange-api.ts";
export type { Sampling } from "../protocol/chat-api.ts";

export type RunRecord = Awaited<ReturnType<EngineApi["listRuns"]>>[number];
export type RunPhase = RunRecord["phase"];
export type RunHistory = Awaited<ReturnType<EngineApi["runHistory"]>>;
export type StepReport = RunHistory["steps"][number];
export type ValidationReport = RunHistory["validations"][number];
export type DataIssue = DatasetReport["issues"][number];
export type Prompt = GenerateRequest["prompt"];
export type ChatMessage = Extract<Prompt, { kind: "chat" }>["messages"][number];
export type BudgetLimit = keyof BudgetLimits;
export type TokenizedExample = Extract<CompareRequest["over"], { rows: unknown }>["rows"][number];
