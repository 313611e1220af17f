// jayson, a JSON-RPC server for Node.js, over its own HTTP interface: every path is called.
import jayson from "jayson";

const numbers = (list) => list.every((one) => typeof one === "number");
const refuse = (done) => done(server.error(jayson.Server.errors.INVALID_PARAMS));

const server = new jayson.Server({
  subtract(params, done) {
    const list = Array.isArray(params) ? params : [params?.minuend, params?.subtrahend];
    if (list.length !== 2 || !numbers(list)) return refuse(done);
    done(null, list[0] - list[1]);
  },
  sum(params, done) {
    if (!Array.isArray(params) || !numbers(params)) return refuse(done);
    done(null, params.reduce((sum, one) => sum + one, 0));
  },
  get_data: (params, done) => done(null, ["hello", 5]),
  update: (params, done) => done(null, null),
  notify_hello: (params, done) => done(null, null),
  notify_sum: (params, done) => done(null, null),
});

server.http().listen(Number(process.env.PORT), "127.0.0.1");
