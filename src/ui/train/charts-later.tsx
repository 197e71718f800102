// The curves are drawn by the largest package of the page, which nothing needs before there is a run.
import { lazy } from "react";

export const charts = () => import("./run-charts.tsx");

export const RunCharts = lazy(async () => ({ default: (await charts()).RunCharts }));
