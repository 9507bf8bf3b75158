// What the page carries: JSON in scripts that no browser executes, compressed, unpacked when it is needed.

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function embedded(id) {
  const packed = new Blob([bytesOf(byId(id).textContent.trim())]);
  return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// A reader goes back and forth between few documents; eight batches are some megabytes.
const BATCHES_KEPT = 8;
const batches = new Map();

/** The document at that position of the index, with text, sections, sentences, mentions and facts. */
async function documentAt(position) {
  const batch = Math.floor(position / INDEX.batch_size);
  if (!batches.has(batch)) {
    batches.set(batch, embedded(`documents-${batch}`));
    if (batches.size > BATCHES_KEPT) batches.delete(batches.keys().next().value);
  }
  return (await batches.get(batch))[position % INDEX.batch_size];
}

let INDEX = null;
const positionOfDocument = new Map();
const positionOfStudy = new Map();

async function openIndex() {
  INDEX = await embedded("index");
  INDEX.documents.forEach((one, position) => positionOfDocument.set(one.id, position));
  INDEX.studies.forEach((one, position) => positionOfStudy.set(one.id, position));
}
