// Faults of a GPU on demand: devices that are lost, buffers that are refused. Each lasts as long as its user says.

/** The devices that are made while this is in use. */
export function watchDevices(): Disposable & { readonly devices: readonly GPUDevice[] } {
  const devices: GPUDevice[] = [];
  const real = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "requestDevice") as PropertyDescriptor;
  const request = real.value as (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) => Promise<GPUDevice>;
  Object.defineProperty(GPUAdapter.prototype, "requestDevice", {
    ...real,
    value: async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> {
      const device = await request.call(this, descriptor);
      devices.push(device);
      return device;
    },
  });
  return { devices, [Symbol.dispose]: () => Object.defineProperty(GPUAdapter.prototype, "requestDevice", real) };
}

/** Refuses the buffers for which `refused` holds, as long as `action` takes: what comes back is an object like any other. */
export async function whileRefusing(refused: (descriptor: GPUBufferDescriptor) => boolean, action: () => Promise<void>): Promise<void> {
  const real = Object.getOwnPropertyDescriptor(GPUDevice.prototype, "createBuffer") as PropertyDescriptor;
  const create = real.value as (this: GPUDevice, descriptor: GPUBufferDescriptor) => GPUBuffer;
  const value = function (this: GPUDevice, descriptor: GPUBufferDescriptor): GPUBuffer {
    if (!refused(descriptor)) return create.call(this, descriptor);
    // No device has this combination, so it answers as one that is out of memory: an error in the scope, an invalid buffer.
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE | GPUBufferUsage.STORAGE;
    return create.call(this, { ...descriptor, usage });
  };
  Object.defineProperty(GPUDevice.prototype, "createBuffer", { ...real, value });
  try {
    await action();
  } finally {
    Object.defineProperty(GPUDevice.prototype, "createBuffer", real);
  }
}
