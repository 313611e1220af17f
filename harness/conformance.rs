//! Judges a server from a test of its own crate: `cargo test` instead of a command line.
//!
//! A thin front for [`run::Suite`](crate::run::Suite), with the defaults that a test wants. It
//! opens no socket itself, prints nothing, and panics only in `assert_conforms`, where a test
//! is to fail.

mod each;
mod judgement;

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

pub use self::judgement::{CheckError, Judgement, Nonconformity};
use crate::profile::{self, ExtraFields, Profile};
use crate::run::{Address, Options, ServerTarget, Suite, Target, Tls};
use crate::scenario::{Catalogue, GivenValue, Library, LoadError, Scenario, Selection, Subject};

/// Judges the server that listens at `address`: by default with every bundled scenario for
/// servers, asking for `/`.
///
/// # Examples
///
/// A test of a server that this crate can start on a port of its own. Here it is the reference
/// server, in the place of yours.
///
/// ```
/// use std::time::Duration;
/// # use h1check::peer::server::{Config, Reference};
///
/// # /*
/// #[tokio::test]
/// # */
/// async fn closes_and_reuses_connections_by_the_rules() {
///     let server = Reference::start(Config::default()).await.expect("a free port");
///
///     h1check::check_server(server.address())
///         .only("server/close/honours-close")
///         .only("server/reuse/three-in-turn")
///         .given("idle-timeout", Duration::from_secs(5))
///         .run()
///         .await
///         .assert_conforms();
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { closes_and_reuses_connections_by_the_rules().await }
/// ```
pub fn check_server(address: impl Into<Address>) -> ServerCheck {
    ServerCheck {
        address: address.into(),
        tls: None,
        authority: None,
        path: "/".into(),
        given: BTreeMap::new(),
        echo_has: false,
        fields: ExtraFields::default(),
        selection: Selection::all(),
        library: None,
        options: Options::default(),
    }
}

/// What is to be judged, and how; made by [`check_server`], and played by [`run`](Self::run).
#[derive(Debug)]
#[must_use = "nothing is judged before `run`"]
pub struct ServerCheck {
    address: Address,
    tls: Option<Tls>,
    authority: Option<String>,
    path: String,
    given: BTreeMap<String, GivenValue>,
    echo_has: bool,
    fields: ExtraFields,
    selection: Selection,
    library: Option<Library>,
    options: Options,
}

impl ServerCheck {
    /// Plays only scenarios with this id, or below this folder, or that match this glob; called
    /// again, these as well. What they need (`needs`) is played too. Default: all for servers.
    ///
    /// ```
    /// # let address = ([127, 0, 0, 1], 8080);
    /// h1check::check_server(address).only("server/close").only("server/**/after-*");
    /// ```
    pub fn only(mut self, pattern: impl Into<String>) -> Self {
        self.selection.patterns.push(pattern.into());
        self
    }

    /// Plays only scenarios that cite this entry of the catalogue, or one of this section, e.g.
    /// `9112-9.6`. Default: any.
    pub fn requirement(mut self, id: impl Into<String>) -> Self {
        self.selection.requirement = Some(id.into());
        self
    }

    /// Tells what the server offers or is set to. A scenario that builds on what is not declared
    /// is skipped, so that nobody is accused of lacking it. Default: nothing.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let address = ([127, 0, 0, 1], 8080);
    /// h1check::check_server(address)
    ///     .given("idle-timeout", Duration::from_secs(5))
    ///     .given("echo", "/echo");
    /// ```
    pub fn given(mut self, name: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        self.given.insert(name.into(), value.into());
        self
    }

    /// The path of a resource that answers GET with 200 and the same content each time.
    /// Default: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// What `Host` says: host and port. Default: the address.
    pub fn authority(mut self, authority: impl Into<String>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    /// Speaks TLS with the server. It needs the feature `tls` of this crate; the certificate must
    /// be for the host of the [`authority`](Self::authority), unless `tls` says otherwise.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Takes over what a profile declares, apart from its address: paths, givens, field lines,
    /// times. What is set behind this call wins.
    ///
    /// ```
    /// use h1check::profile::Profile;
    /// use h1check::scenario::Library;
    ///
    /// # fn check(address: std::net::SocketAddr) -> Result<(), h1check::scenario::LoadError> {
    /// let profile = Profile::read("h1check.toml".as_ref(), &Library::bundled())?;
    /// h1check::check_server(address).profile(profile);
    /// # Ok(())
    /// # }
    /// ```
    pub fn profile(mut self, profile: Profile) -> Self {
        self.path = profile.path().to_owned();
        self.authority = profile.authority.or(self.authority);
        self.given.extend(profile.given);
        self.echo_has = profile.echo_has;
        self.fields = profile.fields;
        if let Some(profile::Address::Tcp(origin)) = &profile.address
            && origin.tls
        {
            self.tls = Some(profile.tls);
        }
        self.options.connections = profile.connections.or(self.options.connections);
        self.options.patience = profile.patience.unwrap_or(self.options.patience);
        self.options.slack = profile.slack.unwrap_or(self.options.slack);
        self
    }

    /// Takes the scenarios from here instead of those that come with this crate.
    pub fn scenarios(mut self, library: Library) -> Self {
        self.library = Some(library);
        self
    }

    /// Lets a warning (a SHOULD that was missed) fail the test as well. Default: it does not.
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// How many scenarios are active at once. Default: 8.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.options.jobs = jobs;
        self
    }

    /// How many scenarios may have connections open at once; 1 for a server that serves one at
    /// a time. Default: any.
    pub fn connections(mut self, connections: usize) -> Self {
        self.options.connections = Some(connections);
        self
    }

    /// How long an event is awaited where a scenario does not say. Default: 5 s.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.options.patience = patience;
        self
    }

    /// Widens every window by this factor, for a slow server or a busy host. Default: 1.
    pub fn slack(mut self, factor: f64) -> Self {
        self.options.slack = factor;
        self
    }

    /// Plays the scenarios. It needs a runtime of tokio with sockets and timers, as
    /// `#[tokio::test]` gives; elsewhere there is [`run_blocking`](Self::run_blocking).
    pub async fn run(self) -> Judgement {
        let (result, catalogue) = match self.load() {
            Ok((catalogue, scenarios)) => {
                let suite = self.suite(&catalogue, scenarios);
                let run = suite.run(pending(), &mut |_| {}).await;
                (run.map_err(CheckError::from), catalogue)
            }
            Err(error) => (Err(CheckError::from(error)), Arc::default()),
        };
        Judgement { result, catalogue }
    }

    /// The same for a test without runtime, e.g. of a server with threads. It blocks until all
    /// is played, so inside of a runtime it refuses: see [`CheckError::InsideRuntime`].
    ///
    /// ```
    /// use std::io::{Read as _, Write as _};
    /// use std::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let address = listener.local_addr()?;
    /// std::thread::spawn(move || {
    ///     for stream in listener.incoming().flatten() {
    ///         let mut stream = stream;
    ///         let _ = stream.read(&mut [0; 4096]);
    ///         let _ = stream.write_all(b"I speak no HTTP\r\n");
    ///     }
    /// });
    ///
    /// let judgement = h1check::check_server(address).only("server/basic").run_blocking();
    /// assert!(judgement.conforms().is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn run_blocking(self) -> Judgement {
        let broken = |error| Judgement {
            result: Err(error),
            catalogue: Arc::default(),
        };
        if tokio::runtime::Handle::try_current().is_ok() {
            return broken(CheckError::InsideRuntime);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.run()),
            Err(error) => broken(CheckError::NoRuntime(error)),
        }
    }

    fn load(&self) -> Result<(Arc<Catalogue>, Vec<Arc<Scenario>>), LoadError> {
        let library = self.library.as_ref().unwrap_or(&BUNDLED);
        let mut selection = self.selection.clone();
        if selection.patterns.is_empty() {
            selection.patterns.push("server".into());
        }
        let catalogue = Arc::new(library.catalogue()?.clone());
        let selected = library.select(&selection)?;
        let mut scenarios = selected.controls;
        scenarios.extend(selected.scenarios);
        if !scenarios
            .iter()
            .any(|scenario| scenario.subject == Subject::Server)
        {
            return Err(LoadError::NothingSelected {
                wanted: format!("`{}` (for servers)", selection.patterns.join("`, `")),
                hint: None,
            });
        }
        Ok((catalogue, scenarios))
    }

    fn suite(self, catalogue: &Arc<Catalogue>, scenarios: Vec<Arc<Scenario>>) -> Suite {
        let plain = ServerTarget::at(self.address);
        let authority = self.authority.unwrap_or(plain.authority);
        let mut options = self.options;
        options.command = "cargo test".into();
        options.rerun = format!(
            "h1check server {}://{authority}{}{} --only {{id}}",
            if self.tls.is_some() { "https" } else { "http" },
            self.path,
            way(&plain.address, self.tls.as_ref())
        );
        for (name, value) in &self.given {
            options.rerun.push_str(&format!(" --given {name}={value}"));
        }
        let target = Target::Server(ServerTarget {
            address: plain.address,
            tls: self.tls,
            authority,
            path: self.path,
            given: self.given,
            echo_has: self.echo_has,
            fields: self.fields,
        });
        Suite::new(Arc::clone(catalogue), scenarios, target, options)
    }
}

/// The options of the command line that say how to come to the server.
fn way(address: &Address, tls: Option<&Tls>) -> String {
    let mut options = String::new();
    if let Address::Unix(path) = address {
        options.push_str(&format!(" --unix-socket {}", path.display()));
    }
    if let Some(path) = tls.and_then(|tls| tls.roots.as_ref()) {
        options.push_str(&format!(" --cacert {}", path.display()));
    }
    if let Some(name) = tls.and_then(|tls| tls.server_name.as_ref()) {
        options.push_str(&format!(" --sni {name}"));
    }
    if tls.is_some_and(|tls| tls.insecure) {
        options.push_str(" --insecure");
    }
    options
}

/// Parsed once for all tests of a process.
static BUNDLED: LazyLock<Library> = LazyLock::new(Library::bundled);
