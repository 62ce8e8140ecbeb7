// Starts the table service of Azurite in memory, on a port that the system chooses, and prints where. It ends
// with its standard input, so that it never outlives the tests. Its own command line can do neither. Telemetry
// belongs to that command line and is not started here.
"use strict";

const TableConfiguration = require("azurite/dist/src/table/TableConfiguration").default;
const TableServer = require("azurite/dist/src/table/TableServer").default;

const configuration = new TableConfiguration("127.0.0.1", 0);
configuration.isMemoryPersistence = true;
configuration.enableAccessLog = false;

process.stdin.on("end", () => process.exit(0)).resume();

async function main() {
  const server = new TableServer(configuration);
  await server.start();
  console.log(server.getHttpServerAddress());
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
