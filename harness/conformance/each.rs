//! One test for each scenario file, by a macro; the list of the files is made by `build.rs`.

/// Makes one test of each bundled scenario file for servers, so that each has a name, a result
/// and a place in the report of the test runner: `cargo test server_close` plays one folder.
///
/// The function that is named gets the id of the file (`"server/close/honours-close"`); the
/// tests are called like it (`server_close_honours_close`). Where the function is `async`, the
/// attribute that makes a test of it is put in front. A new version of this crate may bring new
/// scenarios, and with them new tests.
///
/// # Examples
///
/// For a server with threads, or one that is started elsewhere:
///
/// ```
/// fn my_server(scenario: &str) {
/// #   let start_my_server = || ([127, 0, 0, 1], 8080);
///     let address = start_my_server();
///     h1check::check_server(address).only(scenario).run_blocking().assert_conforms();
/// }
///
/// mod conformance {
///     h1check::server_scenarios!(super::my_server);
/// }
/// # fn main() {}
/// ```
///
/// For one that runs on tokio (here the reference server, in the place of yours):
///
/// ```
/// # use h1check::peer::server::{Config, Reference};
/// async fn my_server(scenario: &str) {
///     let server = Reference::start(Config::default()).await.expect("a free port");
///     h1check::check_server(server.address()).only(scenario).run().await.assert_conforms();
/// }
///
/// h1check::server_scenarios! { #[tokio::test] async my_server }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! server_scenarios {
    ($(#[$attribute:meta])+ async $check:path) => {
        $crate::__each_server_scenario! { [$(#[$attribute])+] async $check }
    };
    ($check:path) => {
        $crate::__each_server_scenario! { [#[test]] $check }
    };
}

include!(concat!(env!("OUT_DIR"), "/each_server_scenario.rs"));
