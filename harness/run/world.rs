//! The values and listeners of one scenario: what its names stand for this time.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use super::values::Values;
use crate::peer::Endpoint;
use crate::peer::connection::Listener;
use crate::profile::{self, Kind};
use crate::scenario::{
    EventPattern, Expression, Given, GivenValue, Octets, Piece, Scenario, Step, Subject,
};

/// What is known of a subject.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// How a server or proxy is come to.
    pub(crate) endpoint: Option<Endpoint>,
    /// The authority of a server or proxy; a client is given that of our listener.
    pub(crate) authority: Option<String>,
    /// The path of a resource that answers GET with 200 and the same content each time.
    pub(crate) path: String,
    /// What the profile declares.
    pub(crate) givens: BTreeMap<String, GivenValue>,
    /// Whether what the profile does not declare holds by default: so for the reference peers
    /// and for scripts, never for a third party.
    pub(crate) defaults: bool,
    pub(crate) gateway: bool,
    /// Field lines for every request, each with a line end in front.
    pub(crate) extra: String,
    /// Whether the echo wraps the content in something else.
    pub(crate) echo_has: bool,
}

impl Facts {
    /// A scripted subject has everything that its scenario asks for.
    pub(crate) fn scripted(endpoint: Option<Endpoint>) -> Self {
        Self {
            authority: endpoint.as_ref().map(|it| it.address().to_string()),
            endpoint,
            path: "/".into(),
            givens: BTreeMap::new(),
            defaults: true,
            gateway: false,
            extra: String::new(),
            echo_has: false,
        }
    }

    /// Why the scenario cannot be played, and how to lift that, where it needs what is not
    /// declared.
    pub(crate) fn missing(&self, scenario: &Scenario) -> Option<String> {
        let missing = |(name, given): &(&String, &Given)| {
            let declared = *name == "path" || self.givens.contains_key(*name);
            !declared && (!self.defaults || given.default.is_none())
        };
        let all: Vec<_> = scenario.given.iter().filter(missing).collect();
        if !all.is_empty() {
            return Some(undeclared(&all));
        }
        let exact = scenario.given.get("echo").is_some_and(|echo| echo.exact);
        (exact && self.echo_has).then(|| {
            "the profile says that the echo wraps the content (echo-has), and here it has to be \
             exact"
                .into()
        })
    }

    /// The scenario as it is played against this subject: where the echo wraps the content,
    /// content is looked for inside of what comes.
    pub(crate) fn adapt(&self, scenario: &Arc<Scenario>) -> Arc<Scenario> {
        if !self.echo_has || !scenario.given.contains_key("echo") {
            return Arc::clone(scenario);
        }
        let mut adapted = Scenario::clone(scenario);
        let expectations = adapted
            .steps
            .iter_mut()
            .flat_map(|step| step.expect.iter_mut().chain(&mut step.warn));
        for pattern in expectations.flat_map(|expect| &mut expect.alternatives) {
            if let Some(body) = &mut pattern.body
                && let Some(is) = body.is.take()
            {
                body.has.get_or_insert(is);
                body.length = None;
            }
        }
        Arc::new(adapted)
    }
}

/// Which givens are not declared, and how that is done.
fn undeclared(givens: &[(&String, &Given)]) -> String {
    let names: Vec<&str> = givens.iter().map(|(name, _)| name.as_str()).collect();
    let advice = givens
        .iter()
        .map(|(name, given)| profile::advice(name, Kind::of_given(name, given.default.as_ref())));
    let advice: Vec<String> = advice.collect();
    format!(
        "{} not declared: say {} in the profile, or --given {}=…",
        names.join(" and "),
        advice.join(" and "),
        names.join("=… --given ")
    )
}

/// The values of the scenario's names.
pub(crate) fn values(
    scenario: &Arc<Scenario>,
    facts: &Facts,
    listeners: &[(Option<String>, Listener)],
) -> Values {
    let mut givens = BTreeMap::new();
    for (name, given) in &scenario.given {
        let declared = facts
            .givens
            .get(name)
            .or(given.default.as_ref().filter(|_| facts.defaults));
        if let Some(value) = declared {
            givens.insert(name.clone(), value.clone());
        }
    }
    let ours = listeners.iter().find(|(name, _)| name.is_none());
    let ours = ours.map(|(_, listener)| listener.address.to_string());
    let mut names = BTreeMap::new();
    if let Some(authority) = facts.authority.clone().or_else(|| ours.clone()) {
        names.insert("authority".into(), authority);
    }
    if let Some(origin) = ours.or_else(|| facts.authority.clone()) {
        names.insert("origin".into(), origin);
    }
    if !givens.contains_key("path") || facts.path != "/" {
        givens.remove("path");
        names.insert("path".into(), facts.path.clone());
    }
    let scheme = facts.endpoint.as_ref().map_or("http", Endpoint::scheme);
    names.insert("uri-scheme".into(), scheme.into());
    names.insert("nonce".into(), format!("{:016x}", fastrand::u64(..)));
    names.insert("now".into(), httpdate::fmt_http_date(SystemTime::now()));
    Values {
        scenario: Arc::clone(scenario),
        givens,
        names,
        authorities: listeners
            .iter()
            .filter_map(|(name, listener)| Some((name.clone()?, listener.address.to_string())))
            .collect(),
        gateway: facts.gateway,
        extra: facts.extra.clone(),
    }
}

/// The listeners on which the judge plays the server: none for a server under test, else one, and
/// one more for every `\{authority:NAME}`.
pub(crate) fn listeners(
    scenario: &Scenario,
    ip: IpAddr,
) -> io::Result<Vec<(Option<String>, Listener)>> {
    if scenario.subject == Subject::Server {
        return Ok(Vec::new());
    }
    let mut names = BTreeSet::new();
    for octets in scenario.pieces.values() {
        authorities(octets, &mut names);
    }
    for step in &scenario.steps {
        for octets in octets_of(step) {
            authorities(octets, &mut names);
        }
    }
    std::iter::once(None)
        .chain(names.into_iter().map(Some))
        .map(|name| Ok((name, Listener::bind(SocketAddr::new(ip, 0))?)))
        .collect()
}

/// The names of listeners, and how a script comes to them.
pub(crate) fn endpoints(
    listeners: &[(Option<String>, Listener)],
) -> Vec<(Option<String>, Endpoint)> {
    listeners
        .iter()
        .map(|(name, listener)| (name.clone(), listener.address.clone().into()))
        .collect()
}

/// All octets that a step writes, asks or compares with.
fn octets_of(step: &Step) -> Vec<&Octets> {
    let mut all: Vec<&Octets> = step.send.iter().chain(&step.reply).collect();
    all.extend(step.outcome.iter().flat_map(|telling| &telling.body));
    for ask in step.ask.iter().flatten() {
        all.push(&ask.target);
        all.extend(
            ask.body
                .iter()
                .chain(ask.fields.iter().map(|(_, value)| value)),
        );
    }
    let patterns = step
        .expect
        .iter()
        .chain(&step.warn)
        .flat_map(|expect| &expect.alternatives);
    for EventPattern { body, .. } in patterns {
        let body = body
            .iter()
            .flat_map(|body| [&body.is, &body.has, &body.lacks]);
        all.extend(body.flatten());
    }
    all
}

fn authorities(octets: &Octets, names: &mut BTreeSet<String>) {
    for piece in &octets.0 {
        match piece {
            Piece::Value(expression) => authority(expression, names),
            Piece::Repeat(inner, _) => authorities(inner, names),
            Piece::Literal(_) | Piece::Boundary => {}
        }
    }
}

fn authority(expression: &Expression, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Authority(name) => {
            names.insert(name.clone());
        }
        Expression::Apply(_, inner) => authority(inner, names),
        Expression::Name(_) | Expression::Target(_) | Expression::Selected(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;
    use crate::scenario::{Catalogue, parse};

    fn scenario(given: &str) -> Arc<Scenario> {
        let text = format!(
            "title = 'x'\nsubject = 'server'\nhardening = 'x'\n{given}\n[[step]]\nsend = 'x'\n\
             expect.status = 200\nexpect.body = 'hello'\n"
        );
        let mut all = parse("scenarios/x.toml", &text, &Catalogue::default())
            .unwrap_or_else(|error| panic!("{}", error.render(false)));
        Arc::new(all.remove(0))
    }

    fn third_party(declared: &[&str], echo_has: bool) -> Facts {
        let given = |name: &&str| ((*name).to_owned(), GivenValue::Text("/x".into()));
        Facts {
            givens: declared.iter().map(given).collect(),
            defaults: false,
            echo_has,
            ..Facts::scripted(None)
        }
    }

    #[rstest]
    #[case("given.echo = '/e'", &["echo"], None)]
    #[case("given.path = '/'", &[], None)]
    #[case("given.echo = '/e'", &[], Some("echo not declared: say [paths] echo = \"/…\" in the profile, or --given echo=…"))]
    #[case("given.idle-timeout = '1s'", &[], Some("idle-timeout not declared: say [given] idle-timeout = \"5s\" in the profile, or --given idle-timeout=…"))]
    #[case("given = { limit = 5, user = {}, tls = true }", &["limit"], Some("tls and user not declared: say [given] tls = true and [given] user = \"…\" in the profile, or --given tls=… --given user=…"))]
    #[case("given.put = {}", &[], Some("put not declared: say [paths] put = \"/…\" in the profile, or --given put=…"))]
    fn what_is_not_declared_is_told_with_the_way_to_declare_it(
        #[case] given: &str,
        #[case] declared: &[&str],
        #[case] wanted: Option<&str>,
    ) {
        let missing = third_party(declared, false).missing(&scenario(given));
        assert_eq!(missing.as_deref(), wanted);
    }

    #[test]
    fn an_exact_echo_is_not_one_that_wraps() {
        let exact = scenario("given.echo = { default = '/e', exact = true }");
        assert_eq!(third_party(&["echo"], false).missing(&exact), None);
        let why = third_party(&["echo"], true).missing(&exact).unwrap();
        assert!(why.contains("echo-has"), "{why}");
        let rough = scenario("given.echo = '/e'");
        assert_eq!(third_party(&["echo"], true).missing(&rough), None);
    }

    #[rstest]
    #[case("given.echo = '/e'", true, true)]
    #[case("given.echo = '/e'", false, false)]
    #[case("given.other = '/o'", true, false)]
    fn where_the_echo_wraps_its_content_is_looked_for_inside(
        #[case] given: &str,
        #[case] echo_has: bool,
        #[case] inside: bool,
    ) {
        let adapted = third_party(&["echo"], echo_has).adapt(&scenario(given));
        let expect = adapted.steps[0].expect.as_ref().unwrap();
        let body = expect.alternatives[0].body.as_ref().unwrap();
        assert_eq!((body.has.is_some(), body.is.is_some()), (inside, !inside));
    }
}
