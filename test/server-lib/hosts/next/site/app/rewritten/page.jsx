export default function Page() {
  return <p>Not rewritten</p>;
}
