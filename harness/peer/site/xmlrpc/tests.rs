//! Calls and their answers.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::*;

/// What a call with these parameters comes to.
fn result(method: &str, params: &str) -> String {
    let content = format!(
        "<?xml version='1.0'?><methodCall><methodName>{method}</methodName>\
         <params>{params}</params></methodCall>"
    );
    answered(&content)
}

/// What is inside of the response.
fn answered(content: &str) -> String {
    let result = called(content.as_bytes()).and_then(|(name, params)| call(&name, params));
    let text = rendered(&result);
    let (_, inside) = text.split_once("<methodResponse>").unwrap();
    inside.split_once("</methodResponse>").unwrap().0.to_owned()
}

fn fault(Fault(code, text): Fault) -> String {
    format!(
        "<fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value>\
         </member><member><name>faultString</name><value><string>{text}</string></value></member>\
         </struct></value></fault>"
    )
}

#[rstest]
#[case::int("<int>-42</int>", "<int>-42</int>")]
#[case::i4("<i4>+042</i4>", "<int>42</int>")]
#[case::boolean("<boolean>1</boolean>", "<boolean>1</boolean>")]
#[case::string(
    "<string>a &lt; b &amp; c</string>",
    "<string>a &lt; b &amp; c</string>"
)]
#[case::without_type(" as it is ", "<string> as it is </string>")]
#[case::nothing("", "<string></string>")]
#[case::double("<double>-12.214</double>", "<double>-12.214</double>")]
#[case::date(
    "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>",
    "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>"
)]
#[case::base64("<base64>eW91\n IGM=</base64>", "<base64>eW91IGM=</base64>")]
#[case::a_carriage_return("<string>&#13;</string>", "<string>&#13;</string>")]
#[case::array(
    "<array><data><value>1</value> <value><int>2</int></value></data></array>",
    "<array><data><value><string>1</string></value><value><int>2</int></value></data></array>"
)]
#[case::structure(
    "<struct> <member><name>a</name><value><struct></struct></value></member> </struct>",
    "<struct><member><name>a</name><value><struct></struct></value></member></struct>"
)]
fn echo_gives_every_type_back(#[case] sent: &str, #[case] seen: &str) {
    let param = format!("<param><value>{sent}</value></param>");
    let wanted = format!("<params><param><value>{seen}</value></param></params>");
    assert_eq!(result("echo", &param), wanted);
}

#[rstest]
#[case::too_large("<int>2147483648</int>")]
#[case::a_fraction("<int>1.5</int>")]
#[case::no_boolean("<boolean>true</boolean>")]
#[case::an_exponent("<double>1e5</double>")]
#[case::no_digits("<double>.</double>")]
#[case::no_date("<dateTime.iso8601>1998-07-17</dateTime.iso8601>")]
#[case::no_base64("<base64>***</base64>")]
#[case::unknown("<nil/>")]
#[case::two("<int>1</int><int>2</int>")]
#[case::inside("<int><b>1</b></int>")]
#[case::no_data("<array/>")]
#[case::no_name("<struct><member><value>1</value></member></struct>")]
fn what_is_no_value_is_a_fault(#[case] sent: &str) {
    let param = format!("<param><value>{sent}</value></param>");
    assert_eq!(result("echo", &param), fault(INVALID_PARAMS));
}

#[test]
fn subtract_subtracts() {
    let two = |from: i32, what: i32| {
        let int = |int| format!("<param><value><int>{int}</int></value></param>");
        result("subtract", &format!("{}{}", int(from), int(what)))
    };
    let wanted = "<params><param><value><int>19</int></value></param></params>";
    assert_eq!(two(42, 23), wanted);
    assert_eq!(two(i32::MIN, 1), fault(INVALID_PARAMS));
}

#[rstest]
#[case::nothing("", NOT_WELL_FORMED)]
#[case::no_end("<methodCall>", NOT_WELL_FORMED)]
#[case::an_entity(
    "<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall>&b;</methodCall>",
    NOT_WELL_FORMED
)]
#[case::another_root("<call/>", INVALID_CALL)]
#[case::no_name("<methodCall><params/></methodCall>", INVALID_CALL)]
#[case::no_such_method("<methodCall><methodName>x</methodName></methodCall>", NO_METHOD)]
#[case::no_params(
    "<methodCall><methodName>echo</methodName></methodCall>",
    INVALID_PARAMS
)]
fn what_is_no_call_is_a_fault(#[case] content: &str, #[case] wanted: Fault) {
    assert_eq!(answered(content), fault(wanted));
}

#[test]
fn values_go_only_so_deep() {
    let nested = |depth: usize| {
        let open = "<value><array><data>".repeat(depth);
        let shut = "</data></array></value>".repeat(depth);
        result("echo", &format!("<param>{open}{shut}</param>"))
    };
    assert!(nested(64).starts_with("<params>"));
    assert_eq!(nested(65), fault(INVALID_PARAMS));
    assert_eq!(nested(20_000), fault(INVALID_PARAMS));
    assert_eq!(nested(200_000), fault(NOT_WELL_FORMED));
}
