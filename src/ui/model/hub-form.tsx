// Any model: an id of the hub or an address, with a token where it is gated and another endpoint where there is a mirror.
import type { FormEvent } from "react";
import { hintOf, messageOf } from "../../base/errors.ts";
import { useSpeaker } from "../../state/language.ts";
import { loadAddress } from "../../state/model-actions.ts";
import { editModelForm, endpointHost, useModelForm } from "../../state/model-form.ts";
import { useModel } from "../../state/model-store.ts";
import { sentences, words } from "../../words/message.ts";
import { Field } from "../parts/field.tsx";

export function HubForm() {
  const { address, token, endpoint, error } = useModelForm();
  const isLoading = useModel((state) => state.loading !== null);
  const { say, text } = useSpeaker();
  const wrong = error ? text(sentences([messageOf(error), hintOf(error)])) : undefined;
  const isEndpointWrong = error?.code === "source/invalid-endpoint";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void loadAddress(address);
  };
  return (
    <form className="model-form" onSubmit={submit} noValidate>
      <Field
        label={say("ui-model/address")}
        value={address}
        placeholder={say("ui-model/address-shape")}
        help={say("ui-model/address-help")}
        error={isEndpointWrong ? undefined : wrong}
        onChange={(typed) => editModelForm({ address: typed })}
      />
      <Field
        label={say("ui-model/token")}
        value={token}
        secret
        help={say("ui-model/token-help", { host: endpointHost(endpoint) ?? words("ui-model/the-endpoint") })}
        onChange={(typed) => editModelForm({ token: typed })}
      />
      <details className="advanced" open={isEndpointWrong || undefined}>
        <summary>{say("ui-model/other-hub")}</summary>
        <Field
          label={say("ui-model/endpoint")}
          value={endpoint}
          help={say("ui-model/endpoint-help")}
          error={isEndpointWrong ? wrong : undefined}
          onChange={(typed) => editModelForm({ endpoint: typed })}
        />
      </details>
      <button type="submit" className="button button-primary" disabled={isLoading || address.trim() === ""}>
        {say("ui-model/look")}
      </button>
    </form>
  );
}
