// Instantiates the module named by the argument and calls its one function. A panic is a trap.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const sum = instance.exports.scenario();
if (sum !== 3 * 5050) {
  console.log(`FAILED: the sum is ${sum}`);
  process.exit(1);
}
console.log("ok: three workers on each queue in WebAssembly, and a join");
