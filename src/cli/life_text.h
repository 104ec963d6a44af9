// cli/life_text.h: one account's transitions and steps as sentences.
#pragma once

#include <string>

#include "cli/shell.h"
#include "engine/explain.h"
#include "playbook/model.h"

namespace pharos::cli {

// "entered", "released", "overdue", as in tables and documents.
std::string_view transition_name(engine::TransitionKind kind);
// "entered for the 2nd time", "released", "overdue".
std::string kind_text(const Shell& shell, const engine::Transition& transition);
// "main.signed", and its label where that says more: "main.signed · Signed".
std::string node_text(const playbook::Playbook& playbook, std::uint32_t node, Language language);
// What brought a transition about, as a sentence.
std::string reason_text(const Shell& shell, const engine::Reason& reason);
// "✓ sum(order_paid.amount, '30d') is 12,400.00" or "✗ ... is 6,420.00, needs 10,000".
std::string finding_text(const cel::Finding& finding);
// "platform.yaml:31:16"
std::string place_text(const Place& place);

// The properties of one event: "amount 168.00, category shoes".
std::string properties_text(const engine::EventBatch& batch, const engine::Event& event,
                            const cel::Schema& schema);

}  // namespace pharos::cli
