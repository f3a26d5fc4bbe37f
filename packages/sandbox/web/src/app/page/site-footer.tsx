/** A real platform would not have these: they lead to what only the sandbox can show. */
export function SiteFooter() {
  return (
    <footer className="site-footer">
      <nav aria-labelledby="developers-title">
        <h2 id="developers-title">For developers</h2>
        <ul>
          <li>
            <a href="/console">Sandbox console</a>
          </li>
          <li>
            <a href="/console#mail">Mailbox</a>
          </li>
        </ul>
      </nav>
    </footer>
  );
}
