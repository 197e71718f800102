// Files of models: safetensors and indexes.
export const messages = {} as const;

export const errors = {} as const;
