import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * People who are already known and may be the one being typed. A click takes the
 * person: into the many2one named by `take_field`, or, without it, by opening her and
 * leaving the form without saving it.
 */
export class KnownPeopleField extends Component {
    static template = "conciergerie_base.KnownPeopleField";
    static props = {
        ...standardFieldProps,
        takeField: { type: String, optional: true },
        clearFields: { type: Array, optional: true },
    };
    static defaultProps = { clearFields: [] };

    setup() {
        this.action = useService("action");
    }

    get people() {
        return this.props.record.data[this.props.name] || [];
    }

    get canTake() {
        return Boolean(this.props.takeField);
    }

    async take(person) {
        const { record, takeField, clearFields } = this.props;
        if (takeField) {
            const changes = Object.fromEntries(clearFields.map((name) => [name, false]));
            changes[takeField] = { id: person.id, display_name: person.name };
            await record.update(changes);
            return;
        }
        await record.discard();
        await this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: "res.partner",
                res_id: person.id,
                views: [[false, "form"]],
            },
            { stackPosition: "replaceCurrentAction" }
        );
    }
}

registry.category("fields").add("conciergerie_known_people", {
    component: KnownPeopleField,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({
        takeField: options.take_field,
        clearFields: options.clear_fields,
    }),
});
