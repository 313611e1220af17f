//! A network test harness and conformance suite for HTTP/1.x.
//!
//! h1check plays *scenario files* (connection reuse, timeouts, `Connection: close`, retries,
//! framing …) over TCP, TLS or Unix sockets against a server or a client, and tells for each
//! whether the *subject* keeps RFC 9110 and RFC 9112. Every verdict cites its rule and comes with
//! the octets that led to it. It brings a strict reference server and a reference client, on which all scenarios pass.
//!
//! The same as a program is `h1check`, in the package `h1check-cli`. This library is what it is
//! made of, and what the tests of a server crate use:
//!
//! ```
//! use std::time::Duration;
//! # use h1check::peer::server::{Config, Reference};
//! # async fn start_my_server() -> Reference { Reference::start(Config::default()).await.unwrap() }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn my_server_closes_as_it_is_asked_to() {
//!     let server = start_my_server().await;
//!     h1check::check_server(server.address())
//!         .only("server/close/honours-close")             // without: all scenarios for servers
//!         .given("idle-timeout", Duration::from_secs(5))  // what it is set to; else: skipped
//!         .run()
//!         .await
//!         .assert_conforms();                             // panics with the whole report
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() { my_server_closes_as_it_is_asked_to().await }
//! ```
//!
//! [`server_scenarios!`] makes one test of each scenario, so that a test runner can select and
//! list them; [`check_server`] has all that can be set; [`run::Suite`] also judges programs,
//! clients, and the reference peers.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | *scenario* | one idea in one file; the path below `scenarios/` is its id |
//! | *step* | send, expect, close or wait on one connection |
//! | *subject* | who is judged: a server, a client or a proxy |
//! | *peer* | the other side, which we play; a *reference peer* is our strict server or client |
//! | *counterexample* | a scripted wrong subject in a scenario file, which the scenario must catch |
//! | *permitted example* | a scripted subject that uses a freedom, which must not be accused |
//! | *control* | a well-formed exchange that must work before a refusal means anything |
//! | *lint* | a passive check of every message that a subject sends in any scenario |
//! | *requirement* | an entry of the catalogue: one rule of an RFC with its level, role and section |
//! | *given* | what a subject offers or is set to, as it is declared: a path, a timeout |
//! | *verdict* | [pass, warn, fail, skip or error](outcome::Verdict) |
//! | *outcome* | a verdict with its transcript and, where there is one, the mismatch |
//!
//! A MUST that is missed fails, a SHOULD warns, a MAY is only recorded. What cannot be judged is
//! skipped, with the reason. The exit codes of the program are listed at [`Run::exit_code`].
//!
//! # Layout
//!
//! | module | owns | may use |
//! |---|---|---|
//! | [`wire`] | octets to messages and back; no socket, no clock | – |
//! | [`scenario`] | text to a scenario that can only be valid; the catalogue | `wire` |
//! | [`profile`] | text to what is declared of a server | `scenario`, `peer` |
//! | [`peer`] | connections, the reference server and client; alone opens sockets | `wire` |
//! | [`survey`] | a polite look at a server, to a profile of it | `wire`, `peer`, `profile` |
//! | [`outcome`] | what came of a run, as plain data | `wire`, `scenario` |
//! | [`run`] | plays scenarios against subjects | all of the above |
//! | [`baseline`] | text to the known deviations, and a run weighed by them | `wire`, `scenario`, `outcome`, `report` |
//! | [`report`] | outcomes to text: terminal, JSON, JUnit, HTML | `outcome`, `scenario` |
//! | [`shard`] | one run on many machines: who plays what, and their reports put together | `outcome`, `scenario` |
//! | [`evidence`] | transcripts to the formats of other tools | `wire`, `scenario`, `outcome`, `report` |
//!
//! [`check_server`] and what belongs to it lies on top of these. `harness/tests/layers.rs` keeps
//! the table true. The peers do not know that they are in a test, and a report knows no socket.
//!
//! # Features
//!
//! None is needed for tests of a server without TLS; the program turns all on.
//!
//! - `tls`: `https` for servers under test and for the reference peers.
//! - `reports`: the report formats that need a template or XML library, HTML and JUnit.
//! - `schema`: the JSON Schema of `run.json`. (That of scenario files is always there.)
//!
//! [`Run::exit_code`]: outcome::Run::exit_code

pub mod baseline;
mod conformance;
#[cfg(feature = "reports")]
pub mod evidence;
pub mod outcome;
pub mod peer;
pub mod profile;
pub mod report;
pub mod run;
pub mod scenario;
pub mod shard;
pub mod survey;
pub mod wire;

pub use conformance::{CheckError, Judgement, Nonconformity, ServerCheck, check_server};
