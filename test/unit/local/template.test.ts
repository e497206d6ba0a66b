import { describe, expect, test } from 'vitest';
import { resolveTemplates } from '../../../local/aws/template.ts';

const apiEndpoint = 'http://127.0.0.1:3000';
/** What `value` comes to as a property of a function in stack `Service`, beside a few resources and stack `Data`. */
const resolved = (value: unknown) => {
  const { resources } = resolveTemplates(
    {
      Data: {
        Resources: { Rows: { Type: 'AWS::DynamoDB::GlobalTable' } },
        Outputs: { RowsName: { Value: { Ref: 'Rows' }, Export: { Name: 'Data:Rows' } } },
      },
      Service: {
        Parameters: { Version: { Default: '31' } },
        Resources: {
          Api: { Type: 'AWS::ApiGatewayV2::Api' },
          Secret: { Type: 'AWS::SecretsManager::Secret' },
          Work: { Type: 'AWS::Lambda::Function', Properties: { value } },
        },
      },
    },
    { apiEndpoint },
  );
  return resources<{ value: unknown }>('AWS::Lambda::Function')[0]?.properties.value;
};

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource is its name', { Ref: 'Work' }, 'Service-Work'],
    ['Ref of a parameter is its default', { Ref: 'Version' }, '31'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of the stack’s name', { Ref: 'AWS::StackName' }, 'Service'],
    [
      'GetAtt',
      { 'Fn::GetAtt': ['Work', 'Arn'] },
      'arn:aws:lambda:us-east-1:000000000000:function:Service-Work',
    ],
    ['GetAtt in its short form', { 'Fn::GetAtt': 'Api.ApiEndpoint' }, apiEndpoint],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Version' }, 'b']] }, 'a/31/b'],
    ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'Work' }] }] }, 'Work'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation’s placeholder
    ['Sub', { 'Fn::Sub': '${AWS::Partition}:${Api.ApiEndpoint}:${!kept}' }, `aws:${apiEndpoint}:\${kept}`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation’s placeholder
    ['Sub with variables', { 'Fn::Sub': ['${a}-${Version}', { a: { Ref: 'AWS::Partition' } }] }, 'aws-31'],
    ['ImportValue', { 'Fn::ImportValue': 'Data:Rows' }, 'Data-Rows'],
    ['in lists and objects', [{ a: { Ref: 'Version' } }], [{ a: '31' }]],
    [
      'NoValue leaves no trace',
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [{ Ref: 'AWS::NoValue' }] },
      { a: 1, c: [] },
    ],
    ['an object that merely has a Ref', { Ref: 'Work', other: 1 }, { Ref: 'Work', other: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('the Ref of a secret is its ARN, as CloudFormation has it', () => {
    expect(resolved({ Ref: 'Secret' })).toMatch(/^arn:aws:secretsmanager:.*:secret:Service-Secret-\w{6}$/);
  });
});

describe('what it does not know it names', () => {
  test.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, /Service uses Fn::Cidr/],
    [{ Ref: 'Nothing' }, /Service refers to Nothing/],
    [{ 'Fn::GetAtt': ['Api', 'Colour'] }, /Api\.Colour/],
    [{ 'Fn::ImportValue': 'Data:Nothing' }, /imports Data:Nothing/],
  ])('%j', (value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});
