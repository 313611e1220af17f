// The reference implementation of GraphQL over HTTP for JavaScript, on the http module of Node.js.
import { createServer } from 'node:http';
import { createHandler } from 'graphql-http/lib/use/http';
import { root, schema } from '../users.mjs';

const handler = createHandler({ schema, rootValue: root });

const server = createServer((request, response) => {
  if (request.url.startsWith('/graphql')) {
    handler(request, response);
  } else {
    response.writeHead(request.url === '/' ? 200 : 404, { 'Content-Type': 'text/plain' }).end('GraphQL is at /graphql.\n');
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
