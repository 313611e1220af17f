//! What makes daily use pleasant: runs that repeat themselves, or repeat what failed, and colours
//! where they are wanted.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{add, command, ended, h1check, scenario};

/// A scenario that passes where the server answers with this status; the reference server says 200.
fn wants(status: u16) -> String {
    format!(
        "title = 'It answers {status}'\nsubject = 'server'\nrequirements = ['9112-9.6-p6-1']\n\
         [[step]]\nsend = 'GET / HTTP/1.1\\r\\nHost: \\{{authority}}\\r\\n\\r\\n'\n\
         expect.status = {status}\n[[counterexample]]\nfault = 'x'\nat = 1\nstep = [{{ \
         expect.request = 'GET', reply = 'HTTP/1.1 500 X\\r\\nContent-Length: 0\\r\\n\\r\\n' }}]\n"
    )
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

#[test]
fn what_failed_last_is_played_alone_until_nothing_fails() {
    let folder = scenario("server/good", &wants(200));
    add(folder.path(), "server/bad", &wants(418));
    add(folder.path(), "server/gone", &wants(418));
    let scenarios = path(&folder, "");
    let report = path(&folder, "reports");
    let words = ["server", "--reference", "--scenarios", &scenarios];
    let first = h1check(&[&words[..], &["--report", &report]].concat()).without_panic();
    assert!(
        first.out.contains("1 pass  0 warn  2 fail"),
        "{}",
        first.out
    );

    fs::remove_file(folder.path().join("server/gone.toml")).unwrap();
    let last = [&words[..], &["--report", &report, "--last-failed"]].concat();
    let second = h1check(&last).without_panic();
    assert!(
        second.out.contains("0 pass  0 warn  1 fail"),
        "{}",
        second.out
    );
    assert!(
        second.err.contains("names server/gone, which is not"),
        "{}",
        second.err
    );
    assert_eq!(second.code, Some(1));

    add(folder.path(), "server/bad", &wants(200));
    let named = format!("--last-failed={report}/run.json");
    let third = h1check(
        &[
            &words[..],
            &[&named, "--json", &format!("{report}/run.json")],
        ]
        .concat(),
    );
    assert!(
        third.out.contains("1 pass  0 warn  0 fail"),
        "{}",
        third.out
    );
    assert_eq!(third.code, Some(0));

    let fourth = h1check(&last).without_panic();
    assert!(
        fourth.out.starts_with("nothing went wrong in "),
        "{}",
        fourth.out
    );
    assert_eq!((fourth.err.as_str(), fourth.code), ("", Some(0)));
}

#[rstest]
#[case::missing(None, "cannot read ")]
#[case::broken(Some("{"), "it is no complete JSON")]
#[case::foreign(Some("{}"), "it is no run.json of h1check")]
fn a_former_report_that_cannot_be_read_is_refused(#[case] text: Option<&str>, #[case] why: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "run.json");
    if let Some(text) = text {
        fs::write(&file, text).unwrap();
    }
    let last = format!("--last-failed={file}");
    let seen = h1check(&["server", "--reference", &last]).without_panic();
    assert!(
        seen.err.starts_with("error: ") && seen.err.contains(why),
        "{}",
        seen.err
    );
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

#[rstest]
#[case::no_terminal(&[], &[], false)]
#[case::always(&["--color", "always"], &[], true)]
#[case::british(&["--colour=always"], &[], true)]
#[case::forced(&[], &[("CLICOLOR_FORCE", "1")], true)]
#[case::never_wins(&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false)]
#[case::no_color_wins(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false)]
fn colours_are_where_they_are_wanted(
    #[case] more: &[&str],
    #[case] environment: &[(&str, &str)],
    #[case] wanted: bool,
) {
    let words = ["server", "--reference", "--only", "server/basic/get"];
    let mut command = command(&[&words[..], more].concat());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    let seen = ended(command.spawn().unwrap()).without_panic();
    assert_eq!(seen.out.contains("\u{1b}["), wanted, "{}", seen.out);
    assert_eq!(seen.code, Some(0));
}

#[test]
fn quiet_tells_what_is_wrong_and_not_what_was_skipped() {
    let words = [
        "server",
        "--reference",
        "--only",
        "server/timeout",
        "--given",
        "x=y",
    ];
    let loud = h1check(&words).without_panic();
    let quiet = h1check(&[&words[..], &["--quiet"]].concat()).without_panic();
    let skips = |out: &str| out.lines().any(|line| line.starts_with("skip "));
    assert!(!skips(&quiet.out), "{}", quiet.out);
    assert!(quiet.out.lines().count() <= loud.out.lines().count());
    assert!(quiet.out.contains(" pass  "), "{}", quiet.out);
}

/// h1check that goes on, and what it prints to stderr, line by line.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn start(words: &[&str]) -> Self {
        let mut child = command(words).spawn().unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut stdout = child.stdout.take().unwrap();
        thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that has this in it.
    #[track_caller]
    fn until(&mut self, wanted: &str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(100)) {
                let found = line.contains(wanted);
                self.seen.push(line);
                if found {
                    return;
                }
            }
        }
        panic!("no `{wanted}`: {:#?}", self.seen);
    }

    /// Sends what Ctrl-C sends, and waits for the end.
    fn interrupt(mut self) -> Option<i32> {
        interrupt(&self.child);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it goes on: {:#?}", self.seen);
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.unwrap().success());
}

const PATIENCE: Duration = Duration::from_secs(40);

#[test]
fn a_changed_scenario_is_played_again_also_after_a_mistake_in_it() {
    let folder = scenario("server/a", &wants(200));
    let scenarios = path(&folder, "");
    let words = [
        "server",
        "--reference",
        "--scenarios",
        &scenarios,
        "--watch",
    ];
    let mut watching = Watching::start(&words);
    watching.until("watching ");
    fs::write(folder.path().join("server/a.toml"), "titel = 'x'\n").unwrap();
    watching.until("──── a.toml changed ────");
    watching.until("did you mean `title`?");
    watching.until("watching ");
    // As editors do: another file takes its place.
    let new = folder.path().join("server/.a.toml.new");
    fs::write(&new, wants(418)).unwrap();
    fs::rename(&new, folder.path().join("server/a.toml")).unwrap();
    watching.until("a.toml changed ────");
    watching.until("fail     server/a");
    watching.until("watching ");
    assert_eq!(watching.interrupt(), Some(1));
}

#[test]
fn nothing_but_files_of_the_run_wakes_it() {
    let folder = scenario("server/a", &wants(200));
    let scenarios = path(&folder, "");
    let report = path(&folder, "reports");
    let words = [
        "server",
        "--reference",
        "--scenarios",
        &scenarios,
        "--watch",
        "--report",
        &report,
    ];
    let mut watching = Watching::start(&words);
    watching.until("watching ");
    fs::write(folder.path().join("server/notes.txt"), "x").unwrap();
    thread::sleep(Duration::from_millis(600));
    assert_eq!(watching.lines.try_iter().collect::<Vec<_>>(), [""; 0]);
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn a_server_that_comes_back_is_judged_again() {
    let folder = scenario("server/a", &wants(200));
    let scenarios = path(&folder, "");
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let serve = || {
        let mut child = command(&["serve", &address.to_string()]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        child
    };
    let url = format!("http://{address}/");
    let mut watching = Watching::start(&["server", &url, "--scenarios", &scenarios, "--watch"]);
    watching.until("cannot connect to ");
    watching.until("nobody listens at ");
    let mut server = serve();
    watching.until("is back ────");
    watching.until("watching ");
    server.kill().unwrap();
    server.wait().unwrap();
    watching.until("nobody listens at ");
    let mut server = serve();
    watching.until("is back ────");
    watching.until("watching ");
    let code = watching.interrupt();
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(code, Some(0));
}

#[rstest]
#[case(&["server", "--reference"], "there is nothing to watch: say --scenarios DIR")]
#[case(&["reference"], "there is nothing to watch: say --scenarios DIR")]
#[case(&["server", "--reference", "--scenarios", "no/such/folder"], "cannot watch ")]
fn what_cannot_be_watched_is_said_at_once(#[case] words: &[&str], #[case] why: &str) {
    let seen = h1check(&[words, &["--watch"]].concat()).without_panic();
    assert!(
        seen.err.starts_with("error: ") && seen.err.contains(why),
        "{}",
        seen.err
    );
    assert!(!Path::new("no").exists());
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}
