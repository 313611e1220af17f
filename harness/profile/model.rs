//! The profile as it is used: a shape in which only valid profiles can be written.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::Address;
use super::fields::ExtraFields;
use super::resolve::Resolve;
use crate::peer::tls::Tls;
use crate::scenario::GivenValue;

/// What is declared of a server.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Where it listens.
    pub address: Option<Address>,
    /// What `Host` says, where that is not what the address says.
    pub authority: Option<String>,
    /// Where to connect to instead of what a name resolves to.
    pub resolve: Vec<Resolve>,
    /// How many scenarios may have connections open at once.
    pub connections: Option<usize>,
    /// How long an event is awaited where a scenario does not say.
    pub patience: Option<Duration>,
    /// A factor on every window.
    pub slack: Option<f64>,
    /// How TLS is spoken, where the address asks for it.
    pub tls: Tls,
    /// `paths.get`: the path of a resource that answers GET with 200 and the same content each
    /// time.
    pub path: Option<String>,
    /// What it offers or is set to, by the names of `given`: the other paths, timeouts, limits.
    pub given: BTreeMap<String, GivenValue>,
    /// Whether the echo wraps the content in something else.
    pub echo_has: bool,
    /// Field lines for every request.
    pub fields: ExtraFields,
}

impl Profile {
    /// The path to ask for: `paths.get`, else that of the address, else `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        let of_address = || match &self.address {
            Some(Address::Tcp(origin)) => Some(origin.target.as_str()),
            Some(Address::Unix(_)) | None => None,
        };
        self.path.as_deref().or_else(of_address).unwrap_or("/")
    }
}
