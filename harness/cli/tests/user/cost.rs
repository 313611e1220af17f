//! What a connection costs, through the built binary.

use std::fs;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::h1check;

#[test]
fn costs_are_printed_with_what_the_tutorial_says() {
    let shown = h1check(&[
        "cost",
        "--rtt",
        "10ms",
        "--messages",
        "1,3",
        "--no-loopback",
    ]);
    let shown = shown.without_panic();
    assert_eq!((shown.code, &shown.err[..]), (Some(0), ""));
    let tables = "\
Round trips per exchange, until the last response is there
  round-trip time 10 ms; that is what a user waits for
  messages                            1        3
  HTTP/1.0  close per message      2.00     2.00
  HTTP/1.0  keep-alive             2.00     2.00
  HTTP/1.0  pipelining             2.00     2.00
  HTTP/1.1  close per message      2.00     2.00
  HTTP/1.1  keep-alive             2.00     1.33
  HTTP/1.1  pipelining             2.00     0.67
  tutorial  close per message      4.00     4.00
  tutorial  keep-alive             4.00     2.00

Round trips per exchange, until the last connection is gone
  round-trip time 10 ms; nobody waits for that
  messages                            1        3
  HTTP/1.0  close per message      3.00     2.33
  HTTP/1.0  keep-alive             3.00     2.33
  HTTP/1.0  pipelining             3.00     2.33
  HTTP/1.1  close per message      3.00     2.33
  HTTP/1.1  keep-alive             3.50     1.83
  HTTP/1.1  pipelining             3.50     1.17
  tutorial  close per message      4.00     4.00
  tutorial  keep-alive             4.00     2.00

Exchanges per second at a round-trip time of 10 ms
  simulated, in virtual time: the peers themselves take none
  messages                            1        3
  HTTP/1.0  close per message      50.0     50.0
  HTTP/1.0  keep-alive             50.0     50.0
  HTTP/1.0  pipelining             50.0     50.0
  HTTP/1.1  close per message      50.0     50.0
  HTTP/1.1  keep-alive             50.0     75.0
  HTTP/1.1  pipelining             50.0      150
";
    assert_eq!(&shown.out[..tables.len().min(shown.out.len())], tables);
    assert!(shown.out.contains("\nClosing: "), "{}", shown.out);
}

#[test]
fn the_simulation_is_the_same_each_time() {
    let words = [
        "cost",
        "--rtt=0ms,50ms",
        "--messages=10",
        "--no-loopback",
        "--json",
    ];
    let [one, other] = [(); 2].map(|()| h1check(&words).without_panic());
    assert_eq!(one.code, Some(0), "{}", one.err);
    assert_eq!(one.out, other.out);
    let json: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(json["simulated"].as_array().unwrap().len(), 12);
    assert_eq!(json["loopback"].as_array().unwrap().len(), 0);
}

#[test]
fn the_loopback_is_measured_as_well() {
    let shown = h1check(&["cost", "--rtt", "1ms", "--messages", "10", "--json"]).without_panic();
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    let json: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    let looped = json["loopback"].as_array().unwrap();
    assert_eq!(looped.len(), 6);
    for cell in looped {
        assert!(
            cell["exchanges_per_second"].as_f64().unwrap() > 1.0,
            "{cell}"
        );
    }
}

#[test]
fn the_page_and_the_report_lead_to_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let reports = reports.to_str().unwrap();
    let judged = || {
        let words = [
            "reference",
            "--only",
            "server/close/honours-close",
            "--report",
            reports,
        ];
        let judged = h1check(&words).without_panic();
        assert_eq!(judged.code, Some(0), "{}", judged.err);
        fs::read_to_string(format!("{reports}/index.html")).unwrap()
    };
    let link = "<a href=\"cost.html\">What a connection costs</a>";
    assert!(!judged().contains(link));

    let words = [
        "cost",
        "--rtt=1ms,10ms",
        "--messages=1,3",
        "--no-loopback",
        "--report",
        reports,
    ];
    let measured = h1check(&words).without_panic();
    assert_eq!(measured.code, Some(0), "{}", measured.err);
    assert_eq!(measured.out, "");
    assert_eq!(measured.err, format!("wrote {reports}/cost.html\n"));
    let page = fs::read_to_string(format!("{reports}/cost.html")).unwrap();
    assert!(page.contains("<a href=\"index.html\">report</a>"));
    assert_eq!(page.matches("<figure>").count(), 2);
    assert!(judged().contains(link));
}

#[rstest]
#[case(&["--rtt", "10"], "`10` has no unit")]
#[case(&["--rtt", ""], "`` is no length of time")]
#[case(&["--messages", "1,0"], "a number from 1 to 1000")]
#[case(&["--messages", "many"], "a number from 1 to 1000")]
#[case(&["--html", "a.html", "--report", "b"], "cannot be used with")]
fn a_wrong_command_line_is_told(#[case] words: &[&str], #[case] said: &str) {
    let wrong = h1check(&[&["cost"], words].concat()).without_panic();
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains(said), "{}", wrong.err);
}

#[test]
fn a_page_that_cannot_be_written_is_told_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let failed = h1check(&["cost", "--html", place]).without_panic();
    assert_eq!(failed.code, Some(3));
    assert!(
        failed.err.starts_with("error: cannot write "),
        "{}",
        failed.err
    );
}
