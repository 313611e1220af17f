// Node's http module, with a few resources.
import { createServer } from 'node:http';

const page = 'A page that never changes while it is judged, and is longer than a hundred octets, so that parts of it can be asked for.\n';
const large = Buffer.alloc(1 << 20, 'x');

const resources = {
  '/': (request, response) => response.end(page),
  '/other': (request, response) => response.end('another page\n'),
  '/echo': (request, response) => request.pipe(response),
  '/large': (request, response) => response.end(large),
  '/empty': (request, response) => response.end(),
  '/no-content': (request, response) => response.writeHead(204).end(),
  '/redirect': (request, response) => response.writeHead(301, { Location: '/other' }).end(),
  '/slow': (request, response) => setTimeout(() => response.end('slow\n'), 200),
  '/chunked': (request, response) => {
    response.write('one ');
    response.end('two\n');
  },
  '/trailers': (request, response) => {
    response.writeHead(200, { Trailer: 'Checked' });
    response.write('content\n');
    response.addTrailers({ Checked: 'yes' });
    response.end();
  },
};

// Node leaves the target to the application: origin-form, or absolute-form, which needs a host.
function pathOf(target) {
  const [start, host] = /^https?:\/\/([^/?:]*)[^/?]*/i.exec(target) ?? [''];
  return host === '' ? undefined : target.slice(start.length).split('?')[0] || '/';
}

const server = createServer((request, response) => {
  const path = pathOf(request.url);
  const resource = resources[path];
  response.setHeader('Content-Type', 'text/plain');
  if (!path) {
    response.writeHead(400).end('This names no host.\n');
  } else if (!resource) {
    response.writeHead(404).end('There is nothing here.\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD' && path !== '/echo') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end('Not allowed.\n');
  } else {
    resource(request, response);
  }
});
server.keepAliveTimeout = 4000; // Node adds a second of its own
server.headersTimeout = 5000;
server.requestTimeout = 5000;
server.listen(Number(process.env.PORT), '127.0.0.1');
