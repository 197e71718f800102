// What is stored on this device.
export const messages = {} as const;

export const errors = {} as const;
