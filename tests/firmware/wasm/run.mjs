// Instantiates the module named by the first argument and calls its one function. A panic is a trap. With a
// second argument it goes wrong on purpose; see `../run`.
import { readFileSync } from "node:fs";

const [module, broken] = process.argv.slice(2);
if (broken) console.log(`broken on purpose: ${broken}`);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const sum = instance.exports.scenario(broken === "done" ? 50 : 0);
const expected = 3 * 5050 - (broken === "sum" ? 1 : 0);
if (sum !== expected) {
  console.log(`FAILED: the sum is ${sum}`);
  process.exit(101);
}
while (broken === "hang");
console.log("ok: three workers on each queue in WebAssembly, and a join");
