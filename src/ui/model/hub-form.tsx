// Any model: an id of the hub or an address, with a token where it is gated and another endpoint where there is a mirror.
import type { FormEvent } from "react";
import { loadAddress } from "../../state/model-actions.ts";
import { editModelForm, endpointHost, useModelForm } from "../../state/model-form.ts";
import { useModel } from "../../state/model-store.ts";
import { Field } from "../parts/field.tsx";

export function HubForm() {
  const { address, token, endpoint, error } = useModelForm();
  const isLoading = useModel((state) => state.loading !== null);
  const words = error ? `${error.message} ${error.hint}` : undefined;
  const isEndpointWrong = error?.code === "source/invalid-endpoint";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void loadAddress(address);
  };
  return (
    <form className="model-form" onSubmit={submit} noValidate>
      <Field
        label="Model id or address"
        value={address}
        placeholder="owner/name"
        help="owner/name or owner/name@revision on the hub, with :file.gguf for one file of it; or the https:// address of a folder with the files."
        error={isEndpointWrong ? undefined : words}
        onChange={(typed) => editModelForm({ address: typed })}
      />
      <Field
        label="Token for gated models"
        value={token}
        secret
        help={`Goes to ${endpointHost(endpoint) ?? "the endpoint"} and nowhere else. Kept in memory until this tab closes.`}
        onChange={(typed) => editModelForm({ token: typed })}
      />
      <details className="advanced" open={isEndpointWrong || undefined}>
        <summary>Advanced: another hub</summary>
        <Field
          label="Hub endpoint"
          value={endpoint}
          help="A mirror that speaks as huggingface.co does."
          error={isEndpointWrong ? words : undefined}
          onChange={(typed) => editModelForm({ endpoint: typed })}
        />
      </details>
      <button type="submit" className="button button-primary" disabled={isLoading || address.trim() === ""}>
        Look at this model
      </button>
    </form>
  );
}
