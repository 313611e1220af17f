// GraphQL Yoga on the http module of Node.js.
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { root, typeDefs } from '../users.mjs';

// It hands the arguments of a field over behind its parent, which users.mjs does without.
const fields = (names) => Object.fromEntries(names.map((name) => [name, (_, args) => root[name](args)]));
const resolvers = {
  Query: fields(['users', 'user', 'groups', 'group', 'fails', 'failsAltogether']),
  Mutation: fields(['addUser']),
};

const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false, landingPage: false, graphiql: false });

const server = createServer((request, response) => {
  if (request.url === '/') {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end('GraphQL is at /graphql.\n');
  } else {
    yoga(request, response);
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
