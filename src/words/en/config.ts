// Settings of a run, forms of weights, and addresses of models.
export const messages = {} as const;

export const errors = {} as const;
