// This file defines device profiles: what the K-score's size and latency axes are measured against.
import { z } from "zod";

/** Throughput a profile can count on (one core, fp32), and the storage an app may take for one artifact. */
export const DeviceProfile = z.strictObject({
  /** Multiply-accumulates per second of dense fp32 matrix products. */
  macsPerSecond: z.number().positive(),
  /** Bytes per second from memory. */
  bytesPerSecond: z.number().positive(),
  /** Recipe steps per second. */
  stepsPerSecond: z.number().positive(),
  /** Vector comparisons per second at 512 dimensions. */
  probesPerSecond: z.number().positive(),
  /** Seconds every answer costs whatever it does. */
  overheadSeconds: z.number().min(0),
  /** Bytes one artifact may take on the device. */
  storageBytes: z.int().positive(),
});
export type DeviceProfile = z.infer<typeof DeviceProfile>;

export const DEVICE_PROFILES = {
  phone: {
    macsPerSecond: 1e10,
    bytesPerSecond: 8e9,
    stepsPerSecond: 2e7,
    probesPerSecond: 5e6,
    overheadSeconds: 0.002,
    storageBytes: 64 << 20,
  },
  laptop: {
    macsPerSecond: 2.5e10,
    bytesPerSecond: 1.5e10,
    stepsPerSecond: 5e7,
    probesPerSecond: 1.5e7,
    overheadSeconds: 0.001,
    storageBytes: 512 << 20,
  },
  server: {
    macsPerSecond: 4e10,
    bytesPerSecond: 2e10,
    stepsPerSecond: 8e7,
    probesPerSecond: 2e7,
    overheadSeconds: 0.0005,
    storageBytes: 4 * 2 ** 30,
  },
} satisfies Record<string, DeviceProfile>;

/** device: {profile, lifetimeRequests}; a profile is a known name or its own numbers. */
export const DeviceSection = z
  .strictObject({
    profile: z.union([z.enum(["phone", "laptop", "server"]), DeviceProfile]).default("phone"),
    lifetimeRequests: z.int().positive().default(1_000_000).describe("Answers the compile's cost is spread over."),
  })
  .prefault({});

export type Device = { readonly name: string; readonly profile: DeviceProfile; readonly lifetimeRequests: number };

/** The section with its profile's numbers filled in. */
export function resolveDevice(section: z.infer<typeof DeviceSection>): Device {
  const { profile, lifetimeRequests } = section;
  if (typeof profile === "string") return { name: profile, profile: DEVICE_PROFILES[profile], lifetimeRequests };
  return { name: "custom", profile, lifetimeRequests };
}
