// Forms that a device signs: the page asks for a challenge, the device answers it, and the form carries the answer.
// They are hidden until here, so that nobody is offered what the browser cannot do.

type Told = Record<string, unknown>;
interface Named {
  id: string;
  type: string;
}

export function usePasskeys(): void {
  if (!("PublicKeyCredential" in window)) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void sign(form);
    });
  }
  for (const words of document.querySelectorAll<HTMLElement>("[data-no-passkey]")) words.hidden = true;
}

async function sign(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button:not([type])");
  const answer = form.elements.namedItem("answer");
  if (!button || !(answer instanceof HTMLInputElement)) return;
  button.disabled = true;
  tell(form, "");
  try {
    const told = await asked(form);
    const signed = form.dataset["passkey"] === "make" ? await made(told) : await used(told);
    answer.value = JSON.stringify(signed);
    form.submit();
  } catch (fault) {
    tell(form, fault instanceof Refusal ? fault.message : (form.dataset["stopped"] ?? ""));
    button.disabled = false;
  }
}

class Refusal extends Error {}

async function asked(form: HTMLFormElement): Promise<Told> {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") said.set(name, value);
  const answer = await fetch(form.dataset["options"] ?? "", { method: "POST", body: said });
  const told = (await answer.json()) as Told;
  if (!answer.ok) throw new Refusal(String(told["fault"] ?? ""));
  return told;
}

async function made(told: Told): Promise<object> {
  const user = told["user"] as Named;
  const publicKey = {
    ...told,
    challenge: bytes(told["challenge"]),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: listed(told["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  return plain(await navigator.credentials.create({ publicKey }));
}

async function used(told: Told): Promise<object> {
  const publicKey = {
    ...told,
    challenge: bytes(told["challenge"]),
    allowCredentials: listed(told["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  return plain(await navigator.credentials.get({ publicKey }));
}

function plain(signed: Credential | null): object {
  if (!(signed instanceof PublicKeyCredential)) throw new Error("nothing was signed");
  const { response } = signed;
  const told: Record<string, string> = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) told["attestationObject"] = text(response.attestationObject);
  if (response instanceof AuthenticatorAssertionResponse) {
    told["authenticatorData"] = text(response.authenticatorData);
    told["signature"] = text(response.signature);
    if (response.userHandle) told["userHandle"] = text(response.userHandle);
  }
  return { id: signed.id, rawId: text(signed.rawId), type: signed.type, response: told, clientExtensionResults: {} };
}

function listed(known: unknown): PublicKeyCredentialDescriptor[] {
  return ((known ?? []) as Named[]).map((each) => ({ id: bytes(each.id), type: "public-key" }));
}

function bytes(word: unknown): Uint8Array<ArrayBuffer> {
  const plainly = atob(String(word).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plainly, (letter) => letter.charCodeAt(0));
}

function text(found: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(found), (each) => String.fromCharCode(each)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function tell(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("[data-fault]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}
