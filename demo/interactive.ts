import type { DemoOptions } from "./options.ts";
import type { Stage } from "./stage.ts";
import type { GatewayProcess } from "./gateway-process.ts";
export async function present(_s: Stage, _g: GatewayProcess, _o: DemoOptions): Promise<void> {}
