use super::golden;
use crate::report::github::render;
use crate::report::sample;

#[test]
fn points_at_the_line_that_was_not_met() {
    let text = render(&sample::run(), &sample::catalogue());
    let start = "::error file=scenarios/server/close/honours-close.toml,line=15,col=1,\
                 title=server/close/honours-close::Asked to close, the server answers and then \
                 closes%0Awanted the connection to end";
    assert!(text.lines().any(|line| line.starts_with(start)), "{text}");
}

#[test]
fn every_line_is_a_command_of_ours() {
    let text = render(&sample::run(), &sample::catalogue());
    golden::assert_harmless(&text);
    for line in text.lines() {
        let (head, _) = line[2..].split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "col", "title"].contains(&name), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
    }
}

#[test]
fn a_percent_sign_is_no_escape() {
    let mut run = sample::run();
    for outcome in &mut run.outcomes {
        if let Some(mismatch) = &mut outcome.mismatch {
            mismatch.seen = String::from("%0A::error::x\n::error::y");
        }
    }
    let text = render(&run, &sample::catalogue());
    assert!(
        text.contains(r"seen: %250A::error::x\n::error::y"),
        "{text}"
    );
}

#[test]
fn says_how_many_it_does_not_show() {
    let text = render(&sample::large_run(1000), &sample::catalogue());
    let errors = text.lines().filter(|line| line.starts_with("::error "));
    assert!(errors.count() <= 10);
    let notice = text.lines().last().unwrap();
    assert!(notice.starts_with("::notice title=h1check%3A "), "{notice}");
}
