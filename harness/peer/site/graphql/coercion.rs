//! Whether the values of variables are what an operation declares (CoerceVariableValues of
//! GraphQL), for the scalar types that every service has.

use async_graphql::Positioned;
use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use serde_json::{Map, Value};

/// What is wrong with the values.
pub(super) fn check(
    definitions: &[Positioned<VariableDefinition>],
    values: &Map<String, Value>,
) -> Result<(), String> {
    for definition in definitions.iter().map(|definition| &definition.node) {
        let (name, wanted) = (definition.name.node.as_str(), &definition.var_type.node);
        let holds = match values.get(name) {
            Some(value) => suits(value, wanted),
            None => wanted.nullable || definition.default_value.is_some(),
        };
        if !holds {
            return Err(format!("the value of ${name} is no {wanted}"));
        }
    }
    Ok(())
}

fn suits(value: &Value, wanted: &Type) -> bool {
    if value.is_null() {
        return wanted.nullable;
    }
    match (&wanted.base, value) {
        (BaseType::List(inner), Value::Array(members)) => {
            members.iter().all(|member| suits(member, inner))
        }
        // One value stands for a list of it.
        (BaseType::List(inner), value) => suits(value, inner),
        (BaseType::Named(name), value) => match name.as_str() {
            "Int" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            "Float" => value.is_number(),
            "String" => value.is_string(),
            "Boolean" => value.is_boolean(),
            "ID" => value.is_string() || value.is_i64() || value.is_u64(),
            // There are no others for variables: validation says so.
            _ => true,
        },
    }
}
