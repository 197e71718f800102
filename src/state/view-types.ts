// The types of the protocol as the page shows them. The ui folder knows the workers only through this file.
import type { ErrorRecord } from "../base/errors.ts";
import type { DatasetReport, ExamplePreview, PreparedData, PreviewToken } from "../protocol/data-api.ts";
import type {
  EngineApi,
  EngineReport,
  ExecutionProvider,
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
export type ChatMessage = ExamplePreview["example"]["messages"][number];
export type Quantization = ModelInfo["quantization"];

export type {
  DatasetReport,
  EngineReport,
  ErrorRecord,
  ExamplePreview,
  ExecutionProvider,
  LoadProgress,
  LoadRequest,
  ModelInfo,
  ModelSource,
  NamedBytes,
  PreparedData,
  PreviewToken,
  Sampling,
};
