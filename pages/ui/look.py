"""What Streamlit's theming (.streamlit/config.toml) cannot say of the look. Each rule has its reason; a page has no style of its own."""

from base64 import b64encode
from pathlib import Path

# Within the page: files that pages are given are sent to nobody before they sign in.
ICON = f"data:image/png;base64,{b64encode((Path(__file__).parents[1] / 'static' / 'icon.png').read_bytes()).decode()}"
MUTED = "color-mix(in srgb, currentColor 72%, transparent)"  # quiet words, still 4.5 to 1 on either ground
PRESSED = "#5252e0"  # white on it is above 5 to 1
FAINT = "color-mix(in srgb, currentColor 5%, transparent)"

STYLE = f"""<style>
/* Lines longer than this are hard to follow. */
[data-testid=stMainBlockContainer] {{ max-width: 1440px; padding-left: 2.5rem; padding-right: 2.5rem }}
/* Digits of one width, so that columns of them line up. */
[data-testid=stMetricValue], [data-testid=stMetricDelta], [data-testid=stMarkdownContainer] td {{ font-variant-numeric: tabular-nums }}
/* Headings stand closer to what they head than to what is above them. */
h1 {{ padding: 0 !important }}
[data-testid=stMainBlockContainer] :is(h2, h3) {{ padding: 1rem 0 0 !important }}
h2 {{ margin-bottom: 0.5rem !important }}
h3 {{ margin-bottom: 0.4rem !important }}
/* Figures of one row stand on one line, whatever script is among them. */
[data-testid=stMetricValue] :is(div, p) {{ line-height: 1.4 }}
.st-key-finding h2 {{ padding: 0 !important }}
/* Quiet words: the theme's are too pale to read on white. */
[data-testid=stCaptionContainer] {{ color: {MUTED} !important; opacity: 1 !important; margin-bottom: 0 !important }}
[data-testid=stCaptionContainer] :is(p, a) {{ color: inherit !important; margin-bottom: 0 }}
[data-testid=stMetricDelta] ~ * {{ color: {MUTED} !important }}
[data-testid=stMetricDelta] ~ *, [data-testid=stMetricDelta] ~ * :is(div, p) {{ white-space: normal !important }}
div:has(> [data-testid=stMetricDelta]) {{ flex-wrap: wrap }}
[data-testid=stMetricDelta] ~ * [data-testid=stCaptionContainer] {{ color: inherit !important }}
/* White words on the accent of the dark ground would be too pale. */
[data-testid^=stBaseButton-primary] {{ background-color: {PRESSED} !important; border-color: {PRESSED} !important }}
/* Tables within text look as the others do: lines between rows only, quiet heads. */
[data-testid=stMarkdownContainer] table {{ width: 100%; font-size: 13px }}
[data-testid=stMarkdownContainer] :is(th, td) {{ border-width: 0 0 1px !important; padding: 0.4rem 0.5rem 0.4rem 0 !important }}
[data-testid=stMarkdownContainer] th {{ font-weight: 500 !important; font-size: 12px; color: {MUTED} }}
/* An address in a pill is a word like the others. */
[data-testid=stMarkdownBadge] a, .stMarkdownBadge a {{ color: inherit !important; text-decoration: none }}
/* The other languages, and who is signed in, stand quietly at the foot of the navigation. */
.languages a, .person {{ color: {MUTED}; font-size: 13px; text-decoration: none }}
.views {{ display: grid; gap: 0.15rem; margin-bottom: 0.5rem }}
.views a {{ color: inherit; padding: 0.4rem 0.5rem; border-radius: 6px; text-decoration: none; overflow-wrap: anywhere }}
.views a:is(:hover, :focus-visible) {{ background: {FAINT} }}
.views small {{ color: {MUTED}; margin-left: 0.5rem }}
.person {{ display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; overflow-wrap: anywhere }}
.person a {{ color: inherit; text-decoration: underline }}
/* Before one signs in there is one quiet column and nothing else. */
[data-testid=stApp]:has(.st-key-sign-in) [data-testid=stSidebar] {{ display: none }}
.st-key-sign-in {{ max-width: 26rem; margin: 14vh auto 0 }}
/* A list of work: a line between its rows, and the name of each reads like text. */
[class*="st-key-work-"] {{ margin-top: 0.35rem }}
[class*="st-key-row-"] {{ border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); padding: 0.35rem 0 }}
[class*="st-key-open-"] button {{ justify-content: flex-start; min-height: 1.4rem; padding: 0; max-width: 100% }}
[class*="st-key-open-"] button p {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap }}
/* A reason is read in full, on as many lines as it takes. */
[data-testid=stMarkdownBadge], .stMarkdownBadge {{ white-space: normal !important }}
/* A heat map of many months scrolls in its own frame instead of widening the page. */
.st-key-heat-map {{ overflow-x: auto }}
.st-key-heat-map > div, .st-key-heat-map [data-testid=stPlotlyChart] {{ max-width: none !important; flex-shrink: 0 }}
/* The head of a page is one line of 56 px; a name that is too long for it ends in dots. */
.st-key-head {{ min-height: 56px; gap: 0.25rem 1rem }}
.st-key-head h1 {{ white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: min(36rem, 80vw) }}
/* The search button floats in the corner: it takes no line of its own, and the head leaves it room. */
.st-key-search-from-anywhere {{ position: absolute }}
@media (min-width: 641px) {{ .st-key-head {{ padding-right: 8.5rem }} }}
/* Figures of one row are equal cards; one that opens is a button as a whole. */
[class*=st-key-figures] > * {{ flex: 1 1 0 !important; min-width: 0; position: relative }}
[class*=st-key-figures] [class*=-opens] {{ position: absolute; inset: 0; z-index: 1 }}
[class*=st-key-figures] [class*=-opens] :is(div, button) {{ width: 100%; height: 100%; color: transparent !important; border-radius: 8px }}
[class*=st-key-figures] [class*=-opens] button:hover {{ background: {FAINT} }}
[class*=st-key-figures] [data-testid=stTooltipIcon] {{ position: relative; z-index: 2 }}
/* The menu of downloads lies at the right end of the tools of its table. */
[class*=st-key-table-of-] {{ position: relative }}
[class*=st-key-table-of-] > [class*=-downloads] {{ position: absolute; right: 0; top: 0; z-index: 4; width: auto }}
/* A page that no filter changes shows none; what is chosen stays chosen. */
.st-key-unused-filter-bar:not(:has(.st-key-filter-chips button)), .st-key-unused-filter-bar [class*=st-key-filters],
.st-key-unused-filter-bar > :first-child {{ display: none }}
.st-key-filter-chips button {{ min-height: 1.75rem; padding: 0 0.6rem }}
/* Where four figures stand side by side with little room, what they are called takes two lines. */
@media (max-width: 1100px) {{ [data-testid=stMetricLabel] :is(div, p) {{ white-space: normal !important }} }}
[data-testid=stBaseButton-primary]:disabled {{ color: #fff; opacity: 0.5 }}
/* On a phone: less edge, less air, figures two by two. */
@media (max-width: 640px) {{
  [data-testid=stMainBlockContainer] > [data-testid=stVerticalBlock] {{ gap: 0.6rem }}
  :is(h2, h3) {{ margin-bottom: 0.8rem !important }}
  .st-key-finding h2 {{ margin-bottom: 0.5rem !important }}
  .st-key-head, .st-key-filter-bar, .st-key-finding {{ gap: 0.1rem 0.75rem }}
  [class*=st-key-figures] > * {{ gap: 0.5rem }}
  [data-testid=stMainBlockContainer] {{ padding-left: 1rem; padding-right: 1rem }}
  [class*="st-key-row-"] {{ gap: 0.25rem !important }}
  [data-testid=stMetricLabel] :is(div, p), [data-testid=stMetricDelta] :is(div, p) {{ white-space: normal !important }}
  [data-testid=stMetricValue] :is(div, p) {{ white-space: normal !important; font-size: 1.2rem }}
  .stHorizontalBlock[class*=st-key-figures] {{ display: grid !important; grid-template-columns: repeat(2, minmax(0, 1fr)) }}
}}
</style>"""

# In a meeting: large figures that are read from the back of the room, and nothing to click but the way out.
PRESENTING = """<style>
.st-key-filter-bar, .st-key-filter-chips, .st-key-search-from-anywhere, .st-key-head button { display: none !important }
[data-testid=stMetricValue] :is(div, p) { font-size: 3rem !important; line-height: 1.2 }
[data-testid=stMetricLabel] p, [data-testid=stMetricDelta] { font-size: 1.1rem }
.st-key-finding h2 { font-size: 1.8rem }
</style>"""
