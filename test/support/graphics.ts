import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";

/**
 * Where there is no graphics card, the tests run WGSL on SwiftShader, a Vulkan driver for the
 * processor. It comes with a Chromium built for machines that have nothing but libc.
 */

/** Unpack the driver and the browser, once for all workers; gives the path of the browser. */
export async function unpackGraphics(): Promise<string> {
  return chromium.executablePath();
}

/** Flag of glibc's dlopen that keeps a library loaded when its handle is closed. */
const keepLoaded = 0x1000;

/**
 * Make the unpacked driver the one that Dawn finds in this process. Does nothing but on Linux:
 * elsewhere the system has a driver of its own.
 */
export function useSoftwareDriver(): void {
  if (process.platform !== "linux") return;
  const directory = tmpdir();
  const driver = join(directory, "vk_swiftshader_icd.json");
  process.env.VK_ICD_FILENAMES = driver;
  process.env.VK_DRIVER_FILES = driver;
  try {
    // Dawn asks for the loader by its bare name, which is known once it is in the process.
    const flags = constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | keepLoaded;
    process.dlopen({ exports: {} }, join(directory, "libvulkan.so.1"), flags);
  } catch (error) {
    // It is a library, not an addon of Node: it stays loaded all the same.
    if (!String(error).includes("did not self-register")) throw error;
  }
}
