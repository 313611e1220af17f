//! What must hold whatever the network does.

use h1check::wire::{Decoder, Event, Limits};

use super::ask::{What, id_of_response, id_of_target};
use super::net::Record;
use super::plan::{Demand, Plan};
use super::run::{Asked, History};
use super::subject::Lost;

/// All that is wrong with it, as sentences.
pub(crate) fn broken(plan: &Plan, history: &History) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(why) = &history.stuck {
        return vec![format!("the client hangs: {why}")];
    }
    if history.serving > 0 {
        wrong.push(format!(
            "the server has not ended {} connections",
            history.serving
        ));
    }
    for (number, record) in history.records.iter().enumerate() {
        exchanges(number, record, &mut wrong);
    }
    for asked in &history.asked {
        answer(asked, &mut wrong);
        demand(plan, asked, &mut wrong);
    }
    for asked in history
        .asked
        .iter()
        .filter(|asked| !asked.ask.is_idempotent())
    {
        post(history, asked, &mut wrong);
    }
    wrong
}

/// What one side wrote, as far as it is whole: the number that each message has, and whether
/// there is a part of another one behind.
struct Messages {
    ids: Vec<Option<usize>>,
    /// The status code, or 0 of requests.
    codes: Vec<u16>,
    methods: Vec<bytes::Bytes>,
    has_more: bool,
}

fn messages(mut decoder: Decoder, octets: &[u8], is_response: bool) -> Messages {
    decoder.push(octets);
    let mut read = Messages {
        ids: Vec::new(),
        codes: Vec::new(),
        methods: Vec::new(),
        has_more: false,
    };
    let mut head = None;
    let mut content = Vec::new();
    while let Some(event) = decoder.poll() {
        match event {
            Event::Head { head: new, .. } => head = Some(new),
            Event::Content(octets) => content.extend_from_slice(&octets),
            Event::End(..) => {
                let Some(head) = head.take() else { continue };
                let line = head.request();
                read.ids.push(match line {
                    Some(line) => id_of_target(&line.target),
                    None => id_of_response(&head.fields, &content),
                });
                read.codes.push(head.status().map_or(0, |line| line.code));
                read.methods.extend(line.map(|line| line.method.clone()));
                content.clear();
            }
            _ => {}
        }
    }
    read.has_more = if is_response {
        head.is_some()
    } else {
        !decoder.is_between()
    };
    read
}

/// Each request is answered at most once, in its turn, and what answers it says so.
fn exchanges(number: usize, record: &Record, wrong: &mut Vec<String>) {
    let limits = Limits::default();
    let heard = messages(Decoder::requests(limits), &record.heard, false);
    let mut decoder = Decoder::responses(limits);
    for method in &heard.methods {
        decoder.expect_answer(method.clone());
    }
    let answered = messages(decoder, &record.answered, true);
    let most = heard.ids.len() + usize::from(heard.has_more);
    if answered.ids.len() > most {
        wrong.push(format!(
            "connection {number}: {} answers to {most} requests",
            answered.ids.len()
        ));
    }
    for (asked, answer) in heard.ids.iter().zip(&answered.ids) {
        if answer.is_some() && asked != answer {
            wrong.push(format!(
                "connection {number}: {asked:?} is answered by that to {answer:?}"
            ));
        }
    }
}

/// No response is taken for another's, and none is waited for longer than the deadlines say.
fn answer(asked: &Asked, wrong: &mut Vec<String>) {
    let Asked {
        ask,
        answers,
        took,
        bound,
    } = asked;
    if took > bound {
        wrong.push(format!(
            "{ask:?} took {took:?}, and at most {bound:?} was expected"
        ));
    }
    for told in answers.iter().flatten() {
        let is_refused = matches!(told.status, 400 | 408);
        let is_mine = match told.id {
            Some(id) => id == ask.id,
            // A refusal is about what came of the request, and does not know its number.
            None => ask.what == What::Delete || is_refused,
        };
        if !is_mine {
            wrong.push(format!("{ask:?} is told the answer {told:?}"));
        }
        if !is_refused && !Asked::is_usual(*ask, told.status) {
            wrong.push(format!("{ask:?} is answered with {}", told.status));
        }
    }
}

fn demand(plan: &Plan, asked: &Asked, wrong: &mut Vec<String>) {
    let Asked { ask, answers, .. } = asked;
    let answer = answers.last();
    match plan.demand {
        Demand::All if !asked.succeeded() => {
            wrong.push(format!("nothing was lost, and {ask:?} came to {answer:?}"));
        }
        Demand::IdempotentInTheEnd if ask.is_idempotent() && !asked.succeeded() => {
            wrong.push(format!(
                "all is well again, and {ask:?} still came to {answer:?}"
            ));
        }
        Demand::RepairsAStaleConnection
            if ask.is_idempotent()
                && plan.steps.len() > 1
                && ask.id > 0
                && answer == Some(&Err(Lost::Closed)) =>
        {
            wrong.push(format!(
                "{ask:?} was lost with an idle connection, and not sent again"
            ));
        }
        _ => {}
    }
}

/// A POST goes out once, and is applied at most once; just once, if that is what was said.
fn post(history: &History, asked: &Asked, wrong: &mut Vec<String>) {
    let request = asked.ask.request();
    let line = [&request.method[..], b" ", &request.target, b" HTTP/1.1\r\n"].concat();
    let sent: usize = history
        .records
        .iter()
        .map(|record| {
            record
                .asked
                .windows(line.len())
                .filter(|at| *at == line)
                .count()
        })
        .sum();
    let ask = asked.ask;
    if sent > 1 {
        wrong.push(format!("{ask:?} was sent {sent} times"));
    }
    let handled = history.handled.get(&ask.id).copied().unwrap_or_default();
    if handled > sent {
        wrong.push(format!(
            "{ask:?} was sent {sent} times and done {handled} times"
        ));
    }
    if ask.what != What::Count {
        return;
    }
    match history.applied.get(&ask.id) {
        None => wrong.push(format!("the counter of {ask:?} cannot be read in the end")),
        Some(&count) if count > 1 => wrong.push(format!("{ask:?} was applied {count} times")),
        Some(&count) if usize::try_from(count) != Ok(handled) => {
            wrong.push(format!(
                "{ask:?} was read {handled} times and applied {count} times"
            ));
        }
        Some(0) if asked.succeeded() => {
            wrong.push(format!("{ask:?} was answered and not applied"));
        }
        Some(_) => {}
    }
}
