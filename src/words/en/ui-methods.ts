// The page: the methods that a run can be trained by, with what each takes.
export const messages = {
  "methods/recommended": "Recommended",
  "methods/others": "Other methods",
  "methods/other-chosen": "Other methods: {method} is chosen",
  "methods/about":
    "Memory is for this model, these settings and this device. Time is that of a step, planned from its matrix products; it differs from device to device.",

  "method-group/reparametrised": "Reparametrised",
  "method-group/reparametrised-help": "A change of the weights, written with few numbers.",
  "method-group/additive": "Additive",
  "method-group/additive-help": "Something new beside the weights, which stay as they are.",
  "method-group/selective": "Selective",
  "method-group/selective-help": "A part of the model’s own weights.",
  "method-group/whole": "Whole model",
  "method-group/whole-help": "Every weight.",

  "methods/counting": "Counting memory …",
  "methods/memory": "about {bytes, number, bytes}",
  "methods/fits": "fits",
  "methods/too-large": "does not fit",
  "methods/little-time": "less than a tenth of the time of {than}",
  "methods/same-time": "about the time of {than}",
  "methods/time": "about {factor, number, ::.0} × the time of {than}",
  "methods/begins-slowly": "Before the first step it takes every matrix apart: seconds for small models, minutes for large ones.",

  "methods/wants-setting": "Once chosen, it wants a setting. {why}",
  "methods/needs-float32": "In float32: {takes}",
  "methods/load-float32": "Load again in float32",
  "methods/load-float32-with": "Load again in float32, with {what}",
  "methods/choose-with": "Choose it with {what}",
  "methods/choose-instead": "Choose {method} instead",
} as const;

export const errors = {} as const;
