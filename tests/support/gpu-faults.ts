// Faults of a GPU on demand: devices that are lost, buffers that are refused. They stay in force until they are disposed.

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

/** Makes the device refuse the buffers for which `refused` holds: what comes back is an object like any other. */
export function refuseBuffers(refused: (descriptor: GPUBufferDescriptor) => boolean): Disposable {
  const real = Object.getOwnPropertyDescriptor(GPUDevice.prototype, "createBuffer") as PropertyDescriptor;
  const create = real.value as (this: GPUDevice, descriptor: GPUBufferDescriptor) => GPUBuffer;
  Object.defineProperty(GPUDevice.prototype, "createBuffer", {
    ...real,
    value: function (this: GPUDevice, descriptor: GPUBufferDescriptor): GPUBuffer {
      if (!refused(descriptor)) return create.call(this, descriptor);
      // No device has this combination, so it answers as one that is out of memory: an error in the scope, an invalid buffer.
      const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE | GPUBufferUsage.STORAGE;
      return create.call(this, { ...descriptor, usage });
    },
  });
  return { [Symbol.dispose]: () => Object.defineProperty(GPUDevice.prototype, "createBuffer", real) };
}
