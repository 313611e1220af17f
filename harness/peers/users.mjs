// The schema of users and groups that the scenarios of server/graphql/users ask for.
import { buildSchema } from 'graphql';

const names = ['Ada', 'Grace', 'Zoë'];
const groupsOf = { 1: [1, 2], 2: [1], 3: [2] };
const groupNames = ['Readers', 'Writers'];

export const typeDefs = `
  type Query {
    users(name: String): [User!]!
    user(id: ID!): User
    groups: [Group!]!
    group(id: ID!): Group
    fails: String
    failsAltogether: String!
  }
  type Mutation { addUser(name: String!): User! }
  type User { id: ID! name: String! groups: [Group!]! }
  type Group { id: ID! name: String! users: [User!]! }
`;

function user(index) {
  const id = index + 1;
  return { id, name: names[index], groups: () => (groupsOf[id] ?? []).map(group) };
}

function group(id) {
  const users = () => names.map((_, index) => user(index)).filter(({ id: member }) => groupsOf[member]?.includes(id));
  return { id, name: groupNames[id - 1], users };
}

function fail() {
  throw new Error('this field fails always');
}

const all = () => names.map((_, index) => user(index));
const groups = () => groupNames.map((_, index) => group(index + 1));

// What resolves the fields of Query and Mutation.
export const root = {
  users: ({ name }) => all().filter((one) => name == null || one.name === name),
  user: ({ id }) => all().find((one) => String(one.id) === id),
  groups,
  group: ({ id }) => groups().find((one) => String(one.id) === id),
  fails: fail,
  failsAltogether: fail,
  addUser: ({ name }) => user(names.push(name) - 1),
};

export const schema = buildSchema(typeDefs);
