// The types of the protocol as the page shows them. The ui folder knows the workers only through this file.
import type { DatasetReport } from "../protocol/data-api.ts";
import type { BudgetLimits } from "../protocol/budget-api.ts";
import type { CompareRequest } from "../protocol/compare-api.ts";
import type { EngineApi, GenerateRequest } from "../protocol/engine-api.ts";

export type { BudgetChange, BudgetPart, BudgetReport, MemoryProbe } from "../protocol/budget-api.ts";
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
export type {
  CachedModel,
  CachedModels,
  EngineReport,
  ExecutionProvider,
  HubListing,
  LoadProgress,
  LoadRequest,
  ModelInfo,
  ModelSource,
  NamedBytes,
  Sampling,
} from "../protocol/engine-api.ts";

export type RunRecord = Awaited<ReturnType<EngineApi["listRuns"]>>[number];
export type RunPhase = RunRecord["phase"];
export type RunHistory = Awaited<ReturnType<EngineApi["runHistory"]>>;
export type StepReport = RunHistory["steps"][number];
export type ValidationReport = RunHistory["validations"][number];
export type DataIssue = DatasetReport["issues"][number];
export type ChatMessage = Extract<GenerateRequest["prompt"], { kind: "chat" }>["messages"][number];
export type BudgetLimit = keyof BudgetLimits;
export type TokenizedExample = Extract<CompareRequest["over"], { rows: unknown }>["rows"][number];
