"""A browser that reads documents, touches all that is in them and notes what they do."""

import re
from collections.abc import Mapping

_BATCH = 60
_HOST = "http://report.test/"
_SHOW = """documents => Promise.all(documents.map((text, place) => new Promise(loaded => {
  const frame = document.createElement("iframe");
  frame.name = place;
  frame.onload = loaded;
  frame.srcdoc = text;
  document.body.append(frame);
})))"""
# A reader who hovers over, focuses and clicks everything but links within the site, which would
# stop a link before them; then time for what that and loading have set off. A document that has
# left its frame cannot be looked into.
_TOUCH = """async () => {
  const settled = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
  await settled();
  const frames = [...document.querySelectorAll("iframe")];
  for (const frame of frames) {
    try {
      for (const one of frame.contentDocument.querySelectorAll("*")) {
        for (const kind of ["mouseover", "mouseenter", "focus"]) one.dispatchEvent(new Event(kind));
        if (one.matches("a, area, button") && !one.href?.startsWith?.(location.origin)) {
          one.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
        }
      }
    } catch (gone) {}
  }
  await settled();
  await settled();
  return frames.filter(frame => {
    try { return frame.contentWindow.__hit; } catch (gone) { return false; }
  }).map(frame => frame.name);
}"""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def without_policy(document):
    """The document without its Content-Security-Policy."""
    stripped, count = _POLICY.subn("", document, count=1)
    assert count == 1
    return stripped


def deeds(chromium, documents: Mapping[str, str]) -> dict[str, set[str]]:
    """What documents do: name -> ``ran``, ``asked`` and whom.

    Each stands in a frame of its own on a site where every link leads nowhere. What cannot be told
    apart goes to the name ``any``: a dialog, a new window, a word on the console.
    """
    found: dict[str, set[str]] = {}
    names = list(documents)
    context = chromium.new_context(service_workers="block")
    for start in range(0, len(names), _BATCH):
        _watch(context, {name: documents[name] for name in names[start : start + _BATCH]}, found)
    context.close()
    return found


def acts(deed):
    """Whether something came of it: what a browser refuses, it says on the console."""
    return not deed.startswith("said")


def _watch(context, documents, found):
    names = list(documents)

    def note(deed, place=""):
        found.setdefault(names[int(place)] if place else "any", set()).add(deed)

    def answer(route):
        url = route.request.url
        if url == _HOST:
            route.fulfill(body="<!doctype html><body>", content_type="text/html")
            return
        if not url.startswith(_HOST):
            note(f"asked {url[:60]}", _outermost(route.request.frame))
        route.fulfill(status=204)

    context.route("**/*", answer)
    page = context.new_page()
    page.on("dialog", lambda dialog: (note("dialog"), dialog.dismiss()))
    page.on("popup", lambda _: note("popup"))
    page.on("console", lambda message: note(f"said {message.text[:300]}"))
    page.goto(_HOST)
    page.evaluate(_SHOW, list(documents.values()))
    for place in page.evaluate(_TOUCH):
        note("ran", place)
    page.close()
    context.unroute_all()


def _outermost(frame):
    """Name of the document's frame, which may hold frames of its own."""
    while frame.parent_frame and frame.parent_frame.parent_frame:
        frame = frame.parent_frame
    return frame.name
