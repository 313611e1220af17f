//! `/items?page=N`: a list on several pages, which are linked by `Link` fields (RFC 8288).
//!
//! Each page writes its links in another way that RFC 8288 allows, so that who follows them all
//! has seen quotes, tokens, several links in a field line and in several, and relative targets.

use super::resource::Response;

/// Answers GET and HEAD: a page of the list, the first where the query names none.
pub(super) fn answer(query: Option<&[u8]>) -> Response {
    let Some(page) = page(query).filter(|page| (1..=PAGES.len()).contains(page)) else {
        return Response::text(404, "There is no such page.\n");
    };
    let items: Vec<String> = (0..PER_PAGE)
        .map(|number| format!("\"item {}\"", (page - 1) * PER_PAGE + number + 1))
        .collect();
    let content = format!("{{\"page\":{page},\"items\":[{}]}}\n", items.join(","));
    let fields = format!("Content-Type: application/json\r\n{}", PAGES[page - 1]);
    Response::octets(200, fields.into_bytes(), content)
}

/// The number behind `page=`; of several the first.
fn page(query: Option<&[u8]>) -> Option<usize> {
    let Some(query) = query else { return Some(1) };
    let query = std::str::from_utf8(query).ok()?;
    let mut pairs = query.split('&');
    match pairs.find_map(|pair| pair.strip_prefix("page=")) {
        Some(number) => number.parse().ok(),
        None => Some(1),
    }
}

/// Items of a page.
const PER_PAGE: usize = 3;

/// The `Link` fields of each page.
// 8288-3-1: each is of the grammar. 8288-3.3-1: each link has one `rel`.
const PAGES: [&str; 5] = [
    "Link: </items?page=1>; rel=\"first\", </items?page=2>; rel=\"next\", \
     </items?page=5>; rel=\"last\"\r\n",
    "Link: </items?page=1>; rel=\"first prev\"\r\nLink: </items?page=3>; rel=\"next\"\r\n\
     Link: </items?page=5>; rel=\"last\"\r\n",
    "Link: <?page=2>;rel=prev;title=\"back, <to>; rel=next\", <?page=4>;rel=next\r\n\
     Link: <?page=1>;rel=first,<?page=5>;rel=last\r\n",
    "Link: <./items?page=3>; title=\"previous\"; rel=\"prev\"\r\n\
     Link: <items?page=5>; rel=\"next last\", <items>; REL=First\r\n",
    "Link: </items>; rel=first, </items?page=4>; rel=prev, </items?page=5>; rel=last\r\n",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::site::resource::Body;
    use crate::wire::link;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    /// Where the link with that relation leads from a page.
    fn leads(page: usize, relation: &str) -> Option<String> {
        let base = format!("/items?page={page}");
        let lines = PAGES[page - 1].lines();
        let values = lines.map(|line| line.strip_prefix("Link: ").unwrap());
        let links = values.flat_map(|value| {
            let (links, malformed) = link::parse(value.as_bytes());
            assert_eq!(malformed, None, "{value}");
            links
        });
        let link = links
            .into_iter()
            .find(|link| link.is_a(relation.as_bytes()))?;
        let target = link::resolve("h", base.as_bytes(), &link.target)?;
        Some(String::from_utf8(target).unwrap())
    }

    #[test]
    fn every_page_leads_to_its_neighbours_and_to_both_ends() {
        for page in 1..=PAGES.len() {
            let next = (page < PAGES.len()).then(|| format!("/items?page={}", page + 1));
            assert_eq!(leads(page, "next"), next);
            let prev = (page > 1).then(|| format!("/items?page={}", page - 1));
            assert_eq!(leads(page, "prev"), prev);
            let first = leads(page, "first").unwrap();
            assert!(matches!(&first[..], "/items" | "/items?page=1"), "{first}");
            assert_eq!(leads(page, "last").unwrap(), "/items?page=5");
        }
    }

    #[rstest]
    #[case::first(None, "{\"page\":1,\"items\":[\"item 1\",\"item 2\",\"item 3\"]}\n")]
    #[case::fifth(
        Some("page=5"),
        "{\"page\":5,\"items\":[\"item 13\",\"item 14\",\"item 15\"]}\n"
    )]
    #[case::another(
        Some("x=1&page=1"),
        "{\"page\":1,\"items\":[\"item 1\",\"item 2\",\"item 3\"]}\n"
    )]
    fn a_page_has_its_items(#[case] query: Option<&str>, #[case] content: &str) {
        let response = answer(query.map(str::as_bytes));
        assert_eq!(response.status, 200);
        assert!(matches!(response.body, Body::Octets(octets) if octets == content));
    }

    #[rstest]
    #[case("page=0")]
    #[case("page=6")]
    #[case("page=")]
    #[case("page=-1")]
    #[case("page=18446744073709551616")]
    fn there_is_no_other_page(#[case] query: &str) {
        assert_eq!(answer(Some(query.as_bytes())).status, 404);
    }
}
