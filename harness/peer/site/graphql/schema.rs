//! The service: users and their groups, queried both ways, and one mutation.

use std::collections::VecDeque;
use std::sync::LazyLock;

use async_graphql::{Context, EmptySubscription, Error, ID, Object, Result, Schema};

use crate::peer::site::Store;

/// The schema and what resolves it.
pub(super) type Service = Schema<Query, Mutation, EmptySubscription>;

/// The service, which keeps nothing: what clients add is in the store.
pub(super) fn service() -> &'static Service {
    static SERVICE: LazyLock<Service> = LazyLock::new(|| {
        Schema::build(Query, Mutation, EmptySubscription)
            .limit_complexity(MOST_FIELDS)
            .finish()
    });
    &SERVICE
}

/// The users that clients have added, the oldest first.
#[derive(Debug, Default)]
pub(in crate::peer::site) struct Members {
    names: VecDeque<(usize, String)>,
    count: usize,
}

impl Members {
    fn add(&mut self, name: &str) -> User {
        self.count += 1;
        if self.names.len() == MOST {
            self.names.pop_front();
        }
        let user = User {
            id: USERS.len() + self.count,
            name: name.to_owned(),
        };
        self.names.push_back((user.id, user.name.clone()));
        user
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    /// All users, or those of a name
    #[graphql(complexity = "MANY * child_complexity + 1")]
    async fn users(&self, context: &Context<'_>, name: Option<String>) -> Result<Vec<User>> {
        let mut users = all(context)?;
        users.retain(|user| name.as_ref().is_none_or(|name| *name == user.name));
        Ok(users)
    }

    /// One user
    async fn user(&self, context: &Context<'_>, id: ID) -> Result<Option<User>> {
        let users = all(context)?.into_iter();
        Ok(users.into_iter().find(|user| user.id() == id))
    }

    /// All groups
    #[graphql(complexity = "MANY * child_complexity + 1")]
    async fn groups(&self) -> Vec<Group> {
        (1..=GROUPS.len()).map(Group).collect()
    }

    /// One group
    async fn group(&self, id: ID) -> Option<Group> {
        (1..=GROUPS.len()).map(Group).find(|group| group.id() == id)
    }

    /// Nothing but an error
    async fn fails(&self) -> Result<Option<String>> {
        Err(Error::new("this field fails always"))
    }

    /// An error that leaves nothing of the data
    async fn fails_altogether(&self) -> Result<String> {
        Err(Error::new("this field fails always, and may not be null"))
    }
}

pub(super) struct Mutation;

#[Object]
impl Mutation {
    /// A new user, who is in no group
    async fn add_user(&self, context: &Context<'_>, name: String) -> Result<User> {
        if name.len() > LONGEST_NAME {
            return Err(Error::new("nobody has so long a name"));
        }
        let store = context.data::<Store>()?;
        Ok(store.with(|shelf| shelf.members.add(&name)))
    }
}

pub(super) struct User {
    id: usize,
    name: String,
}

impl User {
    fn id(&self) -> ID {
        self.id.into()
    }

    /// The numbers of its groups.
    fn groups(&self) -> &'static [usize] {
        USERS.get(self.id - 1).map_or(&[], |(_, groups)| groups)
    }
}

#[Object]
impl User {
    #[graphql(name = "id")]
    async fn number(&self) -> ID {
        self.id()
    }

    async fn name(&self) -> &str {
        &self.name
    }

    /// The groups that the user is in
    #[graphql(name = "groups", complexity = "FEW * child_complexity + 1")]
    async fn member_of(&self) -> Vec<Group> {
        self.groups().iter().copied().map(Group).collect()
    }
}

/// A group by its number.
pub(super) struct Group(usize);

impl Group {
    fn id(&self) -> ID {
        self.0.into()
    }
}

#[Object]
impl Group {
    #[graphql(name = "id")]
    async fn number(&self) -> ID {
        self.id()
    }

    async fn name(&self) -> &str {
        GROUPS[self.0 - 1]
    }

    /// The users that are in the group
    #[graphql(complexity = "FEW * child_complexity + 1")]
    async fn users(&self) -> Vec<User> {
        let mut users = first();
        users.retain(|user| user.groups().contains(&self.0));
        users
    }
}

/// The users that are always there.
fn first() -> Vec<User> {
    let users = (1..).zip(USERS);
    let user = |(id, (name, _)): (usize, &(&str, _))| User {
        id,
        name: (*name).to_owned(),
    };
    users.map(user).collect()
}

fn all(context: &Context<'_>) -> Result<Vec<User>> {
    let store = context.data::<Store>()?;
    let mut users = first();
    store.with(|shelf| {
        let added = shelf.members.names.iter();
        users.extend(added.map(|(id, name)| User {
            id: *id,
            name: name.clone(),
        }));
    });
    Ok(users)
}

/// Name and groups of the users that are always there; their numbers begin at 1.
const USERS: &[(&str, &[usize])] = &[("Ada", &[1, 2]), ("Grace", &[1]), ("Zoë", &[2])];
const GROUPS: &[&str] = &["Readers", "Writers"];

/// So many added users are kept.
const MOST: usize = 64;
/// In octets.
const LONGEST_NAME: usize = 256;
/// How many users there can be …
const MANY: usize = MOST + USERS.len();
/// … and how many in a group, at most.
const FEW: usize = USERS.len();
/// So many fields a result has at most.
const MOST_FIELDS: usize = 20_000;
